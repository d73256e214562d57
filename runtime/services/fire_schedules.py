"""Starts what is due by the clock. Every worker does; each time starts its run once.

The row is locked, its runs are accepted and it moves on in one transaction. The delivery key of
each time stands for it as well, so that not even a row restored from yesterday repeats one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import structlog

from runtime.models.ids import uuid7
from runtime.sdk.items import Item
from runtime.sdk.schedules import Due, due, zone_named
from runtime.sdk.schedules.missed import ON_TIME_SECONDS
from runtime.services.limits import priority_of, slot_of
from runtime.store.accept import Accepted, NewRun, accept_within
from runtime.store.alerts import note_missed
from runtime.store.crash_points import crash_point
from runtime.store.dialect import Connection
from runtime.store.schedules import DueSchedule, any_due, lock_due, move_on

log = structlog.get_logger(__name__)
KIND = "schedule"
MOST_ROUNDS = 20  # of one look; what is still due then comes at the next


@dataclass(frozen=True, slots=True)
class _Firing:
    """One schedule's turn."""

    schedule: DueSchedule
    zone: tzinfo
    due: Due
    runs: list[NewRun]


def fire_due(db: Connection) -> int:
    """Accept the runs of all schedules whose time has come; returns how many were accepted."""
    accepted = 0
    for _ in range(MOST_ROUNDS):
        if not any_due(db):
            break
        accepted += _round(db)
    return accepted


def _round(db: Connection) -> int:
    with db.transaction():
        now = db.now()
        firings = [_firing(schedule, now) for schedule in lock_due(db, now)]
        crash_point("schedule.locked")
        answers = accept_within(db, [run for firing in firings for run in firing.runs])
        crash_point("schedule.accepted")
        told = iter(answers)
        for firing in firings:
            _move_on(db, firing, [next(told) for _ in firing.runs])
        crash_point("schedule.moved")
    crash_point("schedule.committed")
    return sum(answer.fresh for answer in answers)


def _firing(schedule: DueSchedule, now: float) -> _Firing:
    zone = zone_named(schedule.zone)
    if zone is None:  # the server's zone data was taken away; the times go by UTC meanwhile
        log.error("schedule.zone_unknown", schedule=str(schedule.id), zone=schedule.zone)
        zone = UTC
    found = due(schedule.timetable, zone, schedule.next_at, now, schedule.missed)
    runs = [
        _run(schedule, zone, at, now, found.passed if at == found.start[0] else 0)
        for at in found.start
    ]
    return _Firing(schedule, zone, found, runs)


def _run(schedule: DueSchedule, zone: tzinfo, at: float, now: float, missed: int) -> NewRun:
    limits: dict[str, Any] = schedule.settings["limits"]
    data = what_came(at, now, zone, schedule.zone, missed)
    return NewRun(
        id=uuid7(),
        workspace_id=schedule.workspace_id,
        flow_id=schedule.flow_id,
        version=schedule.version,
        snapshot_id=schedule.snapshot_id,
        mode="live",
        trigger_key=schedule.node,
        trigger_kind=KIND,
        items=[Item(data)],
        created_at=now,
        deadline_seconds=schedule.settings["deadline_seconds"],
        priority=priority_of(limits),
        delivery=(schedule.id, datetime.fromtimestamp(at, UTC).isoformat(), KIND),
        slot=slot_of(limits, schedule.flow_id, "live", data),
    )


def what_came(at: float, now: float, zone: tzinfo, zone_name: str, missed: int) -> dict[str, Any]:
    """The item a run begins with. `missed_before` counts the times that passed without a run."""
    return {
        "scheduled_for": datetime.fromtimestamp(at, zone).isoformat(),
        "fired_at": datetime.fromtimestamp(now, zone).isoformat(),
        "zone": zone_name,
        "late": now - at >= ON_TIME_SECONDS,
        "missed_before": missed,
    }


def _move_on(db: Connection, firing: _Firing, answers: list[Accepted]) -> None:
    schedule, found = firing.schedule, firing.due
    note = _note(firing, refused=sum(answer.busy for answer in answers))
    if note is not None:
        note_missed(db, schedule.flow_id, note)
    move_on(
        db,
        schedule.id,
        next_at=found.next,
        last_at=max((schedule.next_at, *found.start)),
        note=note,
    )


def _note(firing: _Firing, *, refused: int) -> str | None:
    """What a person should know of the times at which nothing was started."""
    if refused:
        shown = _shown(firing.due.start[-1], firing.zone)
        return f"{shown}: not started, because other runs of this flow were still under way."
    if firing.due.passed:
        shown = _shown(firing.schedule.next_at, firing.zone)
        many = firing.due.passed
        times = "One time was" if many == 1 else f"{many} times were"
        return f"{times} missed from {shown} on, because Segue was not running."
    return None


def _shown(moment: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M")
