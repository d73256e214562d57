"""Runs a document on the engine alone, in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uuid6 import uuid7

from runtime.engine.encode import decode
from runtime.engine.execution import RunExecution
from runtime.engine.history import ClaimedRun, History
from runtime.engine.ports import World
from runtime.engine.rows import RunRow
from runtime.graph.document import Document
from runtime.graph.plan import compile_plan
from runtime.sdk import Item, Json, Node
from runtime.testing.clock import FixedClock
from runtime.testing.journal import MemoryJournal
from runtime.testing.world import QuietWorld


@dataclass(frozen=True, slots=True)
class RunResult:
    """How the run ended and the journal it wrote."""

    status: str
    output: Json
    error: Json
    reason: str | None
    journal: MemoryJournal


def run_graph(
    document: Document,
    types: Mapping[str, type[Node]],
    *,
    trigger: str | None = None,
    items: Sequence[Json | Item] = (None,),
    world: World | None = None,
    journal: MemoryJournal | None = None,
    history: History | None = None,
    response: Mapping[str, Any] | None = None,
    act: Callable[[RunExecution], None] | None = None,
    run_id: UUID | None = None,
    mode: str = "test",
) -> RunResult:
    """Run to the end (or until it parks); `act` may steer the run right after it began.

    A run that goes on from a `history` has the `run_id` of the one that left it.
    """
    plan = compile_plan(document, types)
    key = trigger or plan.triggers[0].key
    journal = journal or MemoryJournal()

    async def main() -> RunRow:
        over: asyncio.Future[RunRow] = asyncio.get_running_loop().create_future()
        run = RunExecution(
            _claim(run_id or _new_id(), document, key, items, history or History(), response, mode),
            plan,
            journal,
            world or QuietWorld(),
            FixedClock(),
            _new_id,
            lambda _run, row: None if over.done() else over.set_result(row),
        )
        run.start()
        if act is not None:
            act(run)
        try:
            return await asyncio.wait_for(_until(over, journal, run), 30)
        finally:
            run.abandon()
            await asyncio.sleep(0)

    row = asyncio.run(main())
    return RunResult(row.status, decode(row.output), decode(row.error), row.reason, journal)


async def _until(over: asyncio.Future[RunRow], journal: MemoryJournal, run: RunExecution) -> RunRow:
    while not over.done():
        if journal.crashed:
            return RunRow(run.claim.id, 0, "killed")
        await asyncio.wait([over], timeout=0.01)
    return RunRow(run.claim.id, 0, "killed") if journal.crashed else over.result()


def _new_id() -> UUID:
    return UUID(int=uuid7().int)


def _claim(
    run_id: UUID,
    document: Document,
    key: str,
    items: Sequence[Json | Item],
    history: History,
    response: Mapping[str, Any] | None,
    mode: str,
) -> ClaimedRun:
    now = FixedClock().now()
    fields: dict[str, Any] = {
        "id": run_id,
        "workspace_id": _new_id(),
        "flow_id": None,
        "version": None,
        "snapshot_id": _new_id(),
        "mode": mode,
        "trigger_key": key,
        "trigger_kind": "manual",
        "items": [item if isinstance(item, Item) else Item(item) for item in items],
        "epoch": 1,
        "crashes": 0,
        "isolated": False,
        "created_at": now,
        "started_at": now,
        "deadline_at": now + document.settings.deadline_seconds,
        "reply_to": None,
        "response": response,
        "first_claim": not history.steps,
        "slotted": False,
        "history": history,
    }
    return ClaimedRun(**fields)
