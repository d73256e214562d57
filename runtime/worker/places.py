"""Where the worker asks for places at models and says what they took, by a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID

from runtime.observe import metrics
from runtime.sdk import ErrorClass, NodeError
from runtime.services.engine_connection import close_engine_connection, engine_connection
from runtime.store import model_calls
from runtime.store.dialect import Connection, DatabaseDownError
from runtime.store.model_calls import Call, Go, Queued, Spent, Terms, Verdict

Result = TypeVar("Result")


class PlaceThread:
    """One session for all workspaces of a worker."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "segue-places")
        self.worker: UUID | None = None  # whose death gives everything back

    async def do(self, work: Callable[[Connection], Result]) -> Result:
        """Raises NodeError where the database is away."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, _with, work)

    async def close(self) -> None:
        """After what is under way: give the session back."""
        await asyncio.get_running_loop().run_in_executor(self._thread, close_engine_connection)
        self._thread.shutdown()


class WorkspaceLedger:
    """See `runtime.providers.ledger.Ledger`."""

    def __init__(self, workspace: UUID, thread: PlaceThread) -> None:
        self.workspace = workspace
        self._thread = thread
        self._names: dict[UUID, str] = {}  # of the models that are asked right now

    async def ask(self, call: Call, terms: Terms) -> Verdict:
        worker = self._thread.worker
        verdict = await self._thread.do(lambda db: model_calls.ask(db, call, terms, worker))
        if isinstance(verdict, Go):
            self._names[call.id] = terms.name
        elif isinstance(verdict, Queued) and verdict.fresh:
            metrics.model_queued(terms.name)
        return verdict

    async def settle(self, call: UUID, spent: Spent, cool: float) -> None:
        def work(db: Connection) -> bool:
            return model_calls.settle(db, self.workspace, call, spent, cool)

        name = self._names.pop(call, "")
        await self._thread.do(work)
        metrics.model_settled(name, spent.outcome, spent.requests, spent.cost / 1e9)

    async def remembered(self, call: Call, model: str, saved: int) -> None:
        await self._thread.do(lambda db: model_calls.remembered(db, call, model, saved))


def _with(work: Callable[[Connection], Result]) -> Result:
    try:
        with engine_connection() as db:
            return work(db)
    except DatabaseDownError:
        raise NodeError(
            "The database did not answer in time.",
            error_class=ErrorClass.NETWORK,
            fix="It may be busy for a moment; a later try may help.",
        ) from None
