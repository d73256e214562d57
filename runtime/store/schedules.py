"""Schedules that are due: locked for one transaction, in which their runs are accepted too.

Any number of workers may look at once. Whoever has a row's lock deals with its time and moves it
on; the others pass by, and afterwards the row is not due any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from runtime.sdk.schedules import Missed, Timetable
from runtime.store.dialect import Connection, Record

AT_ONCE = 50  # schedules dealt with in one transaction
LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class DueSchedule:
    """A row whose time has come, locked."""

    id: UUID
    workspace_id: UUID
    flow_id: UUID
    version: int | None
    snapshot_id: UUID
    node: str
    timetable: Timetable
    zone: str
    missed: Missed
    next_at: float
    settings: dict[str, Any]


def any_due(db: Connection) -> bool:
    """A look without a lock: most of the time nothing is due."""
    return bool(
        db.run(
            "SELECT 1 FROM runtime_schedule WHERE live AND next_at <= %s LIMIT 1",
            (db.time(db.now()),),
        )
    )


def lock_due(db: Connection, now: float) -> list[DueSchedule]:
    """Due rows that nobody else deals with, locked until the caller's transaction ends."""
    rows = db.run(
        "SELECT id, workspace_id, flow_id, version, snapshot_id, node, timetable, zone, missed, "
        "next_at, settings FROM runtime_schedule WHERE live AND next_at <= %s "
        f"ORDER BY next_at LIMIT {AT_ONCE:d} {db.skip_locked}",
        (db.time(now),),
    )
    return [_stored(db, row) for row in rows]


def _stored(db: Connection, row: Record) -> DueSchedule:
    (
        schedule,
        workspace,
        flow,
        version,
        snapshot,
        node,
        timetable,
        zone,
        missed,
        next_at,
        settings,
    ) = row
    ids = [db.uuid(schedule), db.uuid(workspace), db.uuid(flow), db.uuid(snapshot)]
    known = [found for found in ids if found is not None]
    return DueSchedule(
        id=known[0],
        workspace_id=known[1],
        flow_id=known[2],
        version=version,
        snapshot_id=known[3],
        node=node,
        timetable=load_timetable(timetable),
        zone=zone,
        missed=Missed(missed),
        next_at=db.seconds(next_at) or 0.0,
        settings=orjson.loads(settings),
    )


def load_timetable(stored: str) -> Timetable:
    """A timetable as a row keeps it."""
    value = orjson.loads(stored)
    return Timetable(tuple(value["lines"]), value["minutes"])


def dump_timetable(timetable: Timetable) -> str:
    """The other way round."""
    return orjson.dumps({"lines": timetable.lines, "minutes": timetable.minutes}).decode()


def move_on(
    db: Connection, schedule: UUID, *, next_at: float | None, last_at: float, note: str | None
) -> None:
    """The row's times up to `last_at` are dealt with; an earlier note stays where this has none."""
    db.run(
        "UPDATE runtime_schedule SET next_at = %s, last_at = %s, note = COALESCE(%s, note) "
        "WHERE id = %s",
        (
            db.time(next_at),
            db.time(last_at),
            note[:LONGEST_NOTE] if note is not None else None,
            db.id(schedule),
        ),
    )
