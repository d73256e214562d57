"""Starts a flow from a step of another one: once for each try, with the caller as its parent."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from runtime.models.ids import uuid7
from runtime.sdk.items import Item
from runtime.services.announce import announce
from runtime.services.engine_connection import engine_connection
from runtime.services.limits import priority_of, slot_of
from runtime.services.start_run import FlowBusyError
from runtime.store.accept import Accepted, NewRun, Starter, accept
from runtime.store.dialect import Connection
from runtime.store.entries import FoundEntry, entries_of, pinned_entry

KIND = "called"
SENT = "sent"  # called by somebody who does not wait for it
DEEPEST = 10  # flows that call one another; more is a circle, or soon one


class CallRefusedError(Exception):
    """The flow cannot be called; a sentence, and what to do about it."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


def call_flow(
    workspace: UUID,
    flow: str,
    items: Sequence[Item],
    *,
    caller: UUID,
    key: str,
    waits: bool,
    pinned: bool = False,
) -> UUID:
    """The run's id; the same key means the same run. Raises CallRefusedError, FlowBusyError.

    `pinned`: the version that was live when the caller was published, where that is known.
    """
    with engine_connection() as db:
        mode, left = _standing_of(db, caller)
        by = _starter_of(db, caller)
        entry = _entry(db, workspace, flow, mode)
        if pinned and entry.mode == "live":
            entry = pinned_entry(db, entry, caller)
        limits = entry.settings.get("limits") or {}
        run = NewRun(
            id=uuid7(),
            workspace_id=workspace,
            flow_id=entry.flow_id,
            version=entry.version,
            snapshot_id=entry.snapshot_id,
            mode=mode,
            trigger_key=entry.node,
            trigger_kind=KIND if waits else SENT,
            items=items,
            created_at=db.now(),
            deadline_seconds=_deadline(entry, left if waits else None),
            priority=priority_of(limits),
            parent_run_id=caller,
            by=by,
            slot=slot_of(limits, entry.flow_id, mode, items[0].json if items else None),
        )
        accepted = _accept(db, run, caller, key)
    if accepted.busy:
        raise FlowBusyError(f"“{entry.flow_name}” takes no more runs while others are under way.")
    announce([accepted.run_id])
    return accepted.run_id


def _accept(db: Connection, run: NewRun, caller: UUID, key: str) -> Accepted:
    """Accept the run, or find the one that this step started before and that did not fail.

    A step whose worker was killed goes on with the run it has; one that tries again after that run
    failed starts another.
    """
    for number in itertools.count():
        name = f"{key[-180:]}/{number}"
        accepted = accept(db, [replace(run, delivery=(caller, name, KIND))])[0]
        if accepted.fresh or accepted.busy or not _failed(db, accepted.run_id):
            return accepted
    raise AssertionError("never reached")


def _failed(db: Connection, run: UUID) -> bool:
    rows = db.run("SELECT status FROM runtime_run WHERE id = %s", (db.id(run),))
    return bool(rows) and rows[0][0] in ("failed", "timed_out", "cancelled")


def _starter_of(db: Connection, caller: UUID) -> Starter:
    """Whoever started the caller started this one, too."""
    rows = db.run("SELECT started_by, started_key FROM runtime_run WHERE id = %s", (db.id(caller),))
    return Starter(*rows[0]) if rows else Starter()


def _standing_of(db: Connection, caller: UUID) -> tuple[str, float | None]:
    """The caller's mode and the seconds it has left; refuses a chain that is too long."""
    mode, left, at = "live", None, caller
    for depth in range(DEEPEST):
        rows = db.run(
            "SELECT mode, deadline_at, parent_run_id FROM runtime_run WHERE id = %s", (db.id(at),)
        )
        if not rows:
            return mode, left
        if depth == 0:
            deadline = db.seconds(rows[0][1])
            mode, left = rows[0][0], None if deadline is None else deadline - db.now()
        parent = db.uuid(rows[0][2])
        if parent is None:
            return mode, left
        at = parent
    raise CallRefusedError(
        f"Flows called one another {DEEPEST} times in a row, which is as deep as they may.",
        "Look for flows that call each other in a circle.",
    )


def _entry(db: Connection, workspace: UUID, flow: str, mode: str) -> FoundEntry:
    """The published version; where a test calls a flow that has none, its draft."""
    try:
        found = entries_of(db, KIND, UUID(flow))
    except ValueError:
        found = []
    of_ours = {entry.mode: entry for entry in found if entry.workspace_id == workspace}
    live = of_ours.get("live")
    if live is not None and live.live:
        return live
    if mode == "test" and "test" in of_ours:
        return of_ours["test"]
    if live is not None:
        raise CallRefusedError(f"“{live.flow_name}” is switched off.", "Switch it on first.")
    if "test" in of_ours:
        name = of_ours["test"].flow_name
        raise CallRefusedError(f"“{name}” is not published yet.", "Publish it first.")
    raise CallRefusedError(
        "The flow to be run is gone, or has no step “Called by another flow”.",
        "Choose another flow in the step's settings.",
    )


def _deadline(entry: FoundEntry, left: float | None) -> float:
    own = float(entry.settings.get("deadline_seconds", 3600))
    return own if left is None else max(1.0, min(own, left))
