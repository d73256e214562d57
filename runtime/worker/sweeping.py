"""One look round, as every worker takes it now and then: nothing depends on a message arriving."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from runtime.observe import metrics
from runtime.services.fire_schedules import fire_due
from runtime.store import leases, sweep
from runtime.store.cancel import end_stopped
from runtime.store.dialect import Connection
from runtime.store.room import DiskFullError
from runtime.store.watch import Watch


class Found(NamedTuple):
    """Runs of the dead, what is asked of runs held here, how many wait to be claimed alone."""

    requeued: list[UUID]
    asked: sweep.Asked
    suspects: int


def look_round(db: Connection, me: UUID, watch: Watch, *, tidies: bool) -> Found:
    """Do what is due and say what was found; raises DatabaseDownError."""
    requeued = leases.reap(db, me, watch)
    sweep.wake_due(db)
    metrics.ended_in_queue("timed_out", len(sweep.end_overdue(db)))
    end_stopped(db)
    with suppress(DiskFullError):  # a schedule's time that finds no room comes when there is some
        db.need_room()
        fire_due(db)
    if tidies:
        sweep.forget(db)
    return Found(requeued, sweep.asked_of(db, me), sweep.count_suspected(db))
