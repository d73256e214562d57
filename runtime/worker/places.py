"""Where the worker asks for places at models and says what they took, by a thread of its own.

What comes while the thread is busy is done in one transaction, workspace by workspace: a thousand
calls at once cost a few dozen commits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

from runtime.observe import metrics
from runtime.sdk import ErrorClass, NodeError
from runtime.services.engine_connection import close_engine_connection, engine_connection
from runtime.store import model_calls
from runtime.store.dialect import Connection, DatabaseDownError
from runtime.store.model_calls import Call, Go, Queued, Spent, Terms, Verdict

Result = TypeVar("Result")
TOGETHER = 200  # in one transaction, well under a tenth of a second: nobody is kept out for long


@dataclass(frozen=True, slots=True)
class _Job:
    """Work in an open transaction that holds the desk of one workspace; or a place asked for."""

    workspace: UUID
    work: Callable[[Connection], Any] | None
    asked: tuple[Call, Terms] | None = None
    done: Future[Any] = field(default_factory=Future)


class PlaceThread:
    """One session for all workspaces of a worker."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "segue-places")
        self._line: list[_Job] = []
        self._lock = Lock()
        self.worker: UUID | None = None  # whose death gives everything back

    async def do(self, workspace: UUID, work: Callable[[Connection], Result]) -> Result:
        """Work in a transaction, with whatever else waits; raises NodeError where there is none.

        Whoever is stopped before it began, does not begin.
        """
        found: Result = await self._done(_Job(workspace, work))
        return found

    async def ask(self, call: Call, terms: Terms) -> Verdict:
        """Ask for a place, together with all who ask at this moment."""
        verdict: Verdict = await self._done(_Job(call.workspace, None, (call, terms)))
        return verdict

    async def _done(self, job: _Job) -> Any:
        with self._lock:
            self._line.append(job)
        self._thread.submit(self._work_off)
        return await asyncio.wrap_future(job.done)

    async def close(self) -> None:
        """After what is under way: give the session back."""
        await asyncio.get_running_loop().run_in_executor(self._thread, close_engine_connection)
        self._thread.shutdown()

    def _work_off(self) -> None:
        with self._lock:
            line, self._line = self._line, []
        for jobs in _by_workspace(line):
            _do([job for job in jobs if job.done.set_running_or_notify_cancel()], self.worker)


class WorkspaceLedger:
    """See `runtime.providers.ledger.Ledger`."""

    def __init__(self, workspace: UUID, thread: PlaceThread) -> None:
        self.workspace = workspace
        self._thread = thread
        self._names: dict[UUID, str] = {}  # of the models that are asked right now

    async def ask(self, call: Call, terms: Terms) -> Verdict:
        verdict = await self._thread.ask(call, terms)
        if isinstance(verdict, Go):
            self._names[call.id] = terms.name
        elif isinstance(verdict, Queued) and verdict.fresh:
            metrics.model_queued(terms.name)
        return verdict

    async def settle(self, call: UUID, spent: Spent, cool: float) -> None:
        def work(db: Connection) -> bool:
            return model_calls.settle_within(db, call, spent, cool)

        name = self._names.pop(call, "")
        await self._thread.do(self.workspace, work)
        metrics.model_settled(name, spent.outcome, spent.requests, spent.cost / 1e9)

    async def remembered(self, call: Call, model: str, saved: int) -> None:
        await self._thread.do(
            self.workspace, lambda db: model_calls.remembered_within(db, call, model, saved)
        )


def _by_workspace(line: Sequence[_Job]) -> Iterator[Sequence[_Job]]:
    """One desk at a time: workers that held several could wait for one another."""
    desks: dict[UUID, list[_Job]] = {}
    for job in line:
        desks.setdefault(job.workspace, []).append(job)
    for jobs in desks.values():
        yield from (jobs[at : at + TOGETHER] for at in range(0, len(jobs), TOGETHER))


def _do(jobs: Sequence[_Job], worker: UUID | None) -> None:
    """All or none of them; where one fails, each is done for itself."""
    if not jobs:
        return
    try:
        with engine_connection() as db, db.transaction():
            model_calls.hold_desk(db, jobs[0].workspace)
            results = _results(db, jobs, worker)
    except DatabaseDownError:
        for job in jobs:
            job.done.set_exception(_away())
    except Exception as error:  # noqa: BLE001  whoever asked is told
        if len(jobs) == 1:
            jobs[0].done.set_exception(error)
            return
        for job in jobs:
            _do([job], worker)
    else:
        for job, result in zip(jobs, results, strict=True):
            job.done.set_result(result)


def _results(db: Connection, jobs: Sequence[_Job], worker: UUID | None) -> list[Any]:
    """What is over first: that makes room for those who ask."""
    results = [None if job.work is None else job.work(db) for job in jobs]
    asking = [n for n, job in enumerate(jobs) if job.asked is not None]
    asked = [jobs[n].asked for n in asking]
    if asked:
        given = model_calls.ask_all(db, [one for one in asked if one is not None], worker)
        for n, verdict in zip(asking, given, strict=True):
            results[n] = verdict
    return results


def _away() -> NodeError:
    return NodeError(
        "The database did not answer in time.",
        error_class=ErrorClass.NETWORK,
        fix="It may be busy for a moment; a later try may help.",
    )
