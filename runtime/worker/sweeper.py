"""What a worker looks for in the database twice a second, so that nothing depends on a message."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from runtime.observe import metrics
from runtime.services.children import answer_callers
from runtime.services.fire_schedules import fire_due
from runtime.services.resolve_wait import resolve
from runtime.services.tell_failures import FailureTeller
from runtime.store import leases, model_sweep, sweep
from runtime.store.cancel import end_stopped
from runtime.store.children import stop_orphans
from runtime.store.dialect import Connection
from runtime.store.room import DiskFullError
from runtime.store.watch import Watch

log = structlog.get_logger(__name__)
FORGET_EVERY, STRAYS_EVERY, CHILDREN_EVERY = 600, 20, 4  # sweeps


@dataclass(frozen=True, slots=True)
class Seen:
    """What one sweep found: runs of dead workers, wishes for our own runs, how many suspects.

    `strays`: it is time to look for runs that are ours without our knowing.
    """

    requeued: list[UUID]
    asked: sweep.Asked
    suspects: int
    strays: bool


@dataclass(slots=True)
class Sweeper:
    """The sweeps of one worker."""

    me: UUID
    quarantine: bool  # whether anybody here starts workers for suspected runs
    isolation: bool
    swept: int = 0
    watch: Watch = field(default_factory=lambda: Watch(leases.LEASE_SECONDS))
    failures: FailureTeller = field(default_factory=FailureTeller)

    def look(self, db: Connection) -> Seen:
        """Sweep once, on the journal's thread; raises DatabaseDownError."""
        self.swept += 1
        requeued = leases.reap(db, self.me, self.watch, isolation=self.isolation)
        if requeued:
            log.info("runs.taken_back", count=len(requeued))
        sweep.wake_due(db)
        metrics.ended_in_queue("timed_out", len(sweep.end_overdue(db)))
        end_stopped(db)
        with suppress(DiskFullError):  # a time that finds no room comes when there is some
            db.need_room()
            fire_due(db)
            self.failures.tell(db)
        for run, wait in model_sweep.look(db):
            resolve(db, run, wait, {"approved": True})
        if self.swept % CHILDREN_EVERY == 0:
            answer_callers(db)
            stop_orphans(db)
        if self.swept % FORGET_EVERY == 1:
            db.keep_reserve()
            sweep.forget(db)
        suspects = sweep.count_suspected(db) if self.quarantine else 0
        strays = self.swept % STRAYS_EVERY == 0
        return Seen(requeued, sweep.asked_of(db, self.me), suspects, strays)
