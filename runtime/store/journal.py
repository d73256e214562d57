"""The group-committing journal: one writer thread a worker, one transaction for all that is ready.

No linger: while one commit is under way the next batch gathers, so the database's own speed sets
the size of the batches. What one turn of the loop writes is never parted: either all of it is kept
or nothing. So a step's last try and its result stand together, and a new owner that finds the one
finds the other.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import structlog

from runtime.engine.rows import Row
from runtime.observe import metrics
from runtime.store.batch import Owned
from runtime.store.commit import FencedError, commit_rows
from runtime.store.crash_points import crash_point
from runtime.store.dialect import Connection, DatabaseDownError

Result = TypeVar("Result")
log = structlog.get_logger(__name__)
PAUSE_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0)  # between tries while the database is away


@dataclass(frozen=True, slots=True)
class _Job:
    """Work for the writer. `refuse` is told why it was not done; without it, it is tried again."""

    work: Callable[[Connection], None]
    refuse: Callable[[Exception], None] | None = None


@dataclass(slots=True)
class _Gathered:
    """What waits for its commit: rows, the epochs they were written under, and who waits for it."""

    rows: list[Row] = field(default_factory=list)
    held: Owned = field(default_factory=dict)
    waiters: list[asyncio.Future[None]] = field(default_factory=list)

    def add(self, later: _Gathered) -> None:
        """Append what was written later; of a run that was claimed anew, only that counts."""
        stale = {r for r, own in later.held.items() if self.held.get(r, own) != own}
        if stale:
            self.rows = [row for row in self.rows if row.run_id not in stale]
        self.rows.extend(later.rows)
        self.held.update(later.held)
        self.waiters.extend(later.waiters)


class GroupJournal:
    """See `runtime.engine.ports.Journal`. Called on the loop's thread, writes on its own."""

    def __init__(
        self,
        open_connection: Callable[[], Connection],
        worker: UUID,
        loop: asyncio.AbstractEventLoop,
        *,
        on_lost: Callable[[Mapping[UUID, int]], None],
        on_committed: Callable[[list[Row]], None],
        on_fenced: Callable[[], None],
        on_failure: Callable[[], None],
        fence: bool = True,
        epochs: bool = True,
    ) -> None:
        self._open = open_connection
        self._worker = worker
        self._loop = loop
        self._on_lost = on_lost
        self._on_committed = on_committed
        self._on_fenced = on_fenced
        self._on_failure = on_failure
        self._fence = fence
        self._epochs = epochs
        self._owned: Owned = {}
        self._fresh = _Gathered()  # of this turn of the loop
        self._turn = False
        self._next = _Gathered()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._signalled = False
        self.commits = self.written = 0
        self._thread = threading.Thread(target=self._work, name="segue-journal", daemon=True)

    def start(self) -> None:
        self._thread.start()

    # -- on the loop's thread ----------------------------------------------------------------

    def own(self, run: UUID, epoch: int, workspace: UUID) -> None:
        """From now on what is written of this run is written under this claim."""
        if run in self._owned:
            self._flush()  # what came before belongs to the claim before
        self._owned[run] = (epoch, workspace)

    def owns(self, run: UUID, epoch: int) -> bool:
        """Whether this claim of a run is the one that counts here."""
        own = self._owned.get(run)
        return own is not None and own[0] == epoch

    def disown(self, run: UUID) -> None:
        """From now on nothing more of this run is written under its claim."""
        if self._fresh.rows:
            self._flush()
        self._owned.pop(run, None)

    def write(self, *rows: Row) -> None:
        self._fresh.rows.extend(rows)
        self._flush_after_this_turn()

    def durable(self) -> asyncio.Future[None]:
        future: asyncio.Future[None] = self._loop.create_future()
        self._fresh.waiters.append(future)
        self._flush_after_this_turn()
        return future

    def _flush_after_this_turn(self) -> None:
        if not self._turn:
            self._turn = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        """Hand this turn's rows to the writer, without those of runs that were let go."""
        self._turn = False
        fresh, self._fresh = self._fresh, _Gathered()
        if not fresh.rows and not fresh.waiters:
            return
        fresh.held = {r.run_id: own for r in fresh.rows if (own := self._owned.get(r.run_id))}
        fresh.rows = [row for row in fresh.rows if row.run_id in fresh.held]
        with self._lock:
            self._next.add(fresh)
            self._wake()

    def _wake(self) -> None:
        if not self._signalled:
            self._signalled = True
            self._jobs.put(_Job(self._commit))

    def do(self, work: Callable[[Connection], Result]) -> asyncio.Future[Result]:
        """Run work on the writer's connection, in order with the commits."""
        future: asyncio.Future[Result] = self._loop.create_future()

        def job(db: Connection) -> None:
            try:
                result = work(db)
            except (FencedError, DatabaseDownError):
                raise
            except Exception as error:  # noqa: BLE001  whoever asked gets to see it
                self._loop.call_soon_threadsafe(_fail, future, error)
            else:
                self._loop.call_soon_threadsafe(_succeed, future, result)

        def refuse(error: Exception) -> None:
            self._loop.call_soon_threadsafe(_fail, future, error)

        self._flush()
        self._jobs.put(_Job(job, refuse))
        return future

    def stop(self) -> None:
        """Write what is left, then end the thread."""
        with self._lock:
            self._wake()
        self._jobs.put(None)
        self._thread.join(timeout=10)

    # -- on the writer's thread --------------------------------------------------------------

    def _work(self) -> None:
        try:
            self._take_jobs()
        except Exception:  # a worker whose rows are not written only looks alive
            log.exception("journal.failed")
            self._on_failure()

    def _take_jobs(self) -> None:
        db: Connection | None = None
        failures = 0
        while True:
            job = self._jobs.get()
            if job is None:
                break
            while True:
                try:
                    db = db or self._open()
                    job.work(db)
                except FencedError as error:
                    if job.refuse is not None:
                        job.refuse(error)
                    self._on_fenced()
                    return
                except DatabaseDownError as error:
                    # Trouble is a state, not an exit: pause, reconnect, and write again. Writing
                    # again is safe when the outcome is unknown: rows replace their own kind, and
                    # the fence is checked anew.
                    log.warning("database.away", error=str(error))
                    if job.refuse is not None:
                        job.refuse(error)  # also where it did not come to the work: nobody waits on
                    _close(db)
                    db = None
                    pause = PAUSE_SECONDS[min(failures, len(PAUSE_SECONDS) - 1)]
                    time.sleep(pause)
                    metrics.database_was_away(pause)
                    failures += 1
                    if job.refuse is None:
                        continue
                else:
                    failures = 0
                break
        _close(db)

    def _commit(self, db: Connection) -> None:
        with self._lock:
            taken, self._next = self._next, _Gathered()
            self._signalled = False
        lost: set[UUID] = set()
        if taken.rows:
            began = time.monotonic()
            try:
                lost = commit_rows(
                    db,
                    self._worker,
                    taken.held,
                    taken.rows,
                    fence=self._fence,
                    epochs=self._epochs,
                )
            except DatabaseDownError:
                with self._lock:
                    taken.add(self._next)
                    self._next = taken
                raise
            self.commits += 1
            self.written += len(taken.rows)
            metrics.commit_took(len(taken.rows), time.monotonic() - began)
        self._loop.call_soon_threadsafe(self._committed, taken, lost)
        if taken.rows:
            crash_point("commit.told")

    def _committed(self, taken: _Gathered, lost: set[UUID]) -> None:
        """Back on the loop: only now may anything follow from what was written."""
        if lost:
            self._on_lost({run: taken.held[run][0] for run in lost})
        for future in taken.waiters:
            _succeed(future, None)
        if taken.rows:
            self._on_committed([row for row in taken.rows if row.run_id not in lost])


def _succeed(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


def _close(db: Connection | None) -> None:
    if db is not None:
        try:
            db.close()
        except Exception as error:  # noqa: BLE001  a connection that is gone may fail to close
            log.debug("database.close", error=str(error))
