"""Claims runs, keeps the active ones, sweeps. Knows nothing of its host or of Celery."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
import structlog

from runtime.engine.execution import RunExecution
from runtime.engine.history import ClaimedRun
from runtime.engine.ports import Clock, World
from runtime.engine.rows import Row, RunRow
from runtime.graph.issue import DocumentError
from runtime.graph.plan import UnknownNodeTypeError, instance_here
from runtime.models.ids import uuid7
from runtime.observe import metrics
from runtime.observe.committed import observed
from runtime.sdk import Node
from runtime.services.children import answer_callers
from runtime.store import leases
from runtime.store.batch import TERMINAL
from runtime.store.commit import FencedError
from runtime.store.dialect import Connection, DatabaseDownError
from runtime.store.journal import GroupJournal
from runtime.worker.claimer import Claimer
from runtime.worker.heartbeat import die, registered
from runtime.worker.options import EngineOptions
from runtime.worker.plans import PlanCache
from runtime.worker.ports import Publisher
from runtime.worker.prepare import plan_of, recorded_for
from runtime.worker.sweeper import Sweeper
from runtime.worker.watchdog import Watchdog

log = structlog.get_logger(__name__)
TICK_SECONDS = 0.5
_CANNOT_BEGIN = (
    "This run could not begin: its flow holds something that this server cannot read. Open the "
    "flow, look at its problems, and publish it again."
)
HAND_ON_SECONDS = 0.02  # between looks for runs that a stopping worker can let go


class Engine:
    """One per process, on one event loop."""

    def __init__(
        self,
        open_connection: Callable[[], Connection],
        types: Mapping[str, type[Node]],
        world: World,
        clock: Clock,
        publisher: Publisher,
        options: EngineOptions | None = None,
        *,
        version: str = "",
        quarantine: Callable[[int], None] | None = None,
        instance: Callable[[type[Node]], Node] = instance_here,
        announce: Callable[[Sequence[UUID]], None] = lambda runs: None,
        tell_time: Callable[[float], None] = lambda _: None,
    ) -> None:
        self.options = options or EngineOptions()
        self.me = leases.Incarnation(uuid7(), secrets.randbits(62), version)
        self.active: dict[UUID, RunExecution] = {}
        self._open = open_connection
        self._world = world
        self._clock = clock
        self._publisher = publisher
        self._quarantine = quarantine
        self._announce = announce
        self._sweeper = Sweeper(self.me.id, quarantine is not None, self.options.isolation)
        self._tell_time = tell_time
        self._plans = PlanCache(types, instance)
        self._tick = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()
        self.finished = 0

    # -- life --------------------------------------------------------------------------------

    async def start(self) -> None:
        """Register, then claim and sweep until drained."""
        self._loop = asyncio.get_running_loop()
        self.journal = GroupJournal(
            self._writing_session,
            self.me.id,
            self._loop,
            on_lost=self._lost,
            on_committed=self._committed,
            on_fenced=lambda: die("its lease was given to others"),
            on_failure=lambda: die("its journal failed"),
            fence=self.options.fence,
            epochs=self.options.epochs,
        )
        self._claimer = Claimer(
            self.journal, self.me.id, self.options, self._clock, self.active.keys(), self._begin
        )
        watchdog = Watchdog(lambda: self._claimer.claimed_when_able, self.options.watchdog_seconds)
        self._heartbeat = await registered(
            self._session, self.me, self._lag, watchdog, self._tell_time
        )
        self.journal.start()
        self._stop_claiming = self._spawn(self._claimer.run())
        if self.options.sweeps:
            self._spawn(self._sweep_loop())
        self._spawn(self._tick_loop())
        self._claimer.look()

    @property
    def claimed(self) -> int:
        """How many runs it took so far."""
        return self._claimer.claimed

    def _lag(self) -> float:
        """Seconds since the loop last came round."""
        return time.monotonic() - self._tick

    def _session(self) -> Connection:
        """A session that shows others that this worker lives."""
        db = self._open()
        try:
            db.hold_sign_of_life(self.me.id, self.me.lock_key)
        except BaseException:
            db.close()
            raise
        return db

    def _writing_session(self) -> Connection:
        """A session that nobody else of this worker writes beside."""
        db = self._session()
        try:
            db.write_alone(self.me.lock_key)
        except BaseException:
            db.close()
            raise
        return db

    def _spawn(self, work: Coroutine[Any, Any, None]) -> Callable[[], object]:
        """Do this beside the rest; returns how to stop it."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_ended)
        return task.cancel

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Without its claimer or sweeper a worker only looks alive.
            log.error("engine.task_died", error=repr(error))
            die("one of its inner tasks died")

    async def _tick_loop(self) -> None:
        while True:
            self._tick = time.monotonic()
            await asyncio.sleep(TICK_SECONDS)
            late = time.monotonic() - self._tick - TICK_SECONDS
            metrics.loop_came_round(late, len(self.active))

    async def until_idle(self, stop: asyncio.Event) -> None:
        """Return when there is nothing more to claim and all is over, or on request."""
        while not stop.is_set():
            await asyncio.sleep(0.1)
            if self._claimer.looked and not self.active and not self._claimer.backlog:
                return

    async def drain(self) -> list[UUID]:
        """Stop in order: no new runs, short steps may end, the rest goes back to the queue.

        Each run is handed on as soon as nothing of it runs here any more: it does not wait for the
        steps of others. Returns those that were let go at the very end.
        """
        self._claimer.stop()
        self._stop_claiming()
        for run in self.active.values():
            run.drain()
        with contextlib.suppress(DatabaseDownError, FencedError):
            await self.journal.do(lambda db: leases.say_draining(db, self.me.id))
            self._announce(await self._claimer.return_strays())
        until = time.monotonic() + self.options.drain_seconds
        while self.active and time.monotonic() < until:
            await self._hand_on()
            await asyncio.sleep(HAND_ON_SECONDS)
        for task in self._tasks:
            task.cancel()
        for run in self.active.values():
            run.abandon()
        await asyncio.sleep(0)
        await self.journal.durable()
        with contextlib.suppress(DatabaseDownError, FencedError):
            released = await self.journal.do(lambda db: leases.release(db, self.me.id))
            self.active.clear()
            return released
        return []

    async def _hand_on(self) -> None:
        """Give the queue those runs of which nothing runs here any more."""
        idle = [run_id for run_id, run in self.active.items() if not run.in_flight]
        if not idle:
            return
        for run_id in idle:
            self.active[run_id].abandon()
        with contextlib.suppress(DatabaseDownError, FencedError):
            # After the commit of what they wrote; until then they must stay known as ours.
            handed = await self.journal.do(lambda db: leases.hand_back(db, self.me.id, idle))
            for run_id in idle:
                self._forget(run_id)
            self._announce(handed)

    def close(self) -> None:
        """After draining: end the threads."""
        self.journal.stop()
        self._heartbeat.stop()

    # -- claims ------------------------------------------------------------------------------

    def submit_threadsafe(self, ids: Iterable[UUID]) -> None:
        """Hand on a hint from another thread."""
        self._loop.call_soon_threadsafe(self._claimer.submit, list(ids))

    async def _begin(self, claim: ClaimedRun) -> None:
        """Begin a run; one that cannot begin ends in words, and takes no other down."""
        if (before := self.active.pop(claim.id, None)) is not None:
            before.abandon()  # it was taken from us and came back before we heard of it
        self.journal.own(claim.id, claim.epoch, claim.workspace_id)
        try:
            run = await self._execution(claim)
            self.active[claim.id] = run
            run.start()
        except DatabaseDownError:
            # It is ours, and goes back before the next claim.
            self._claimer.unsure = self._claimer.backlog = True
        except (UnknownNodeTypeError, DocumentError) as error:
            self._refuse(claim, str(error))
        except FencedError:
            raise
        except Exception:
            log.exception("run.cannot_begin", run=str(claim.id))
            self._refuse(claim, _CANNOT_BEGIN)

    async def _execution(self, claim: ClaimedRun) -> RunExecution:
        plan = await plan_of(claim.snapshot_id, self._plans, self.journal)
        return RunExecution(
            claim,
            plan,
            self.journal,
            self._world,
            self._clock,
            uuid7,
            self._over,
            intents=self.options.intents,
            park_after=self.options.park_after_seconds,
            recorded=await recorded_for(claim, self._plans, self.journal),
            frozen=self.options.frozen,
            ceiling=self.options.ceiling,
        )

    def _refuse(self, claim: ClaimedRun, message: str) -> None:
        if (begun := self.active.pop(claim.id, None)) is not None:
            begun.abandon()
        self.journal.write(
            RunRow(
                claim.id,
                claim.history.seq + 1,
                "failed",
                error=orjson.dumps({"message": message, "class": "input"}),
                reason=message,
                finished_at=self._clock.now(),
            )
        )

    # -- ends --------------------------------------------------------------------------------

    def _over(self, run: RunExecution, row: RunRow) -> None:
        self.finished += row.status in TERMINAL

    def _committed(self, rows: list[Row]) -> None:
        observed(rows, self.active)
        replies: dict[UUID, str] = {}
        waited_for: list[UUID] = []
        for row in rows:
            if not isinstance(row, RunRow):
                continue
            run = self.active.get(row.run_id)
            if run is not None and run.claim.parent_run_id and row.status in TERMINAL:
                waited_for.append(row.run_id)
            if run is not None and run.claim.reply_to:
                replies[row.run_id] = run.claim.reply_to
            if row.status != "running":
                self._forget(row.run_id)
        self._publisher.committed(rows, replies)
        if waited_for:
            self._spawn(self._answer_callers(waited_for))

    async def _answer_callers(self, ended: Sequence[UUID]) -> None:
        """Flows that called these go on; the sweep does it where this cannot."""
        with contextlib.suppress(DatabaseDownError):
            callers = await self.journal.do(lambda db: answer_callers(db, ended))
            self._announce(callers)

    def _forget(self, run_id: UUID) -> None:
        run = self.active.pop(run_id, None)
        self.journal.disown(run_id)
        slot = run is not None and run.claim.slotted
        self._claimer.room_was_made(slot=slot or self.options.alone)

    def _lost(self, runs: Mapping[UUID, int]) -> None:
        """These runs are not ours any more, as we held them: under these epochs."""
        for run_id, epoch in runs.items():
            log.warning("run.lost", run=str(run_id))
            if self.journal.owns(run_id, epoch):
                if (run := self.active.get(run_id)) is not None:
                    run.abandon()
                self._forget(run_id)

    # -- the sweep ---------------------------------------------------------------------------

    async def _sweep_loop(self) -> None:
        while True:
            try:
                await self._sweep()
            except DatabaseDownError:
                await asyncio.sleep(0.5)
            pause = self.options.sweep_seconds
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311

    async def _sweep(self) -> None:
        began = time.monotonic()
        seen = await self.journal.do(self._sweeper.look)
        metrics.swept(time.monotonic() - began, len(seen.requeued))
        if seen.strays:
            self._claimer.unsure = True
        for run_id, by in seen.asked.cancelled:
            if run_id in self.active:
                self.active[run_id].cancel(by)
        for run_id, wait, expired, outcome in seen.asked.resolved:
            if run_id in self.active:
                self.active[run_id].waiting.resolved(wait, expired=expired, outcome=outcome)
        if seen.suspects and self._quarantine is not None:
            self._quarantine(seen.suspects)
        if not self.options.alone:
            self._claimer.look()
