"""Dropping graphs that nobody runs any more: of drafts that were tested, of flows that are gone."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from runtime.store.dialect import Connection

GRACE_SECONDS = 86_400.0  # a graph that was asked for may be about to run
_ROWS = 2_000
_AT_ONCE = 100
# Addresses and schedules name the graph that they start.
_STARTS_NOTHING = " AND ".join(
    f"NOT EXISTS (SELECT 1 FROM {table} t WHERE t.snapshot_id = runtime_snapshot.id)"
    for table in (
        "runtime_route",
        "runtime_entry",
        "runtime_page",
        "runtime_schedule",
        "runtime_mailbox",
    )
)


def drop_unused_snapshots(db: Connection) -> Iterator[int]:
    """Drop them a few at a time; yields after each piece of work how many went, so one may pause.

    Runs have no index by their graph, which would cost every run; so all are looked through once,
    in the order of their ids, and those that came meanwhile again at the end.
    """
    before = db.now() - GRACE_SECONDS
    unused = _candidates(db, before)
    last = UUID(int=0)
    while unused:
        last, used, more = _used_after(db, last)
        unused -= used
        yield 0
        if not more:
            break
    for part in _parts(sorted(unused)):
        yield _drop(db, part, before, last)


def _candidates(db: Connection, before: float) -> set[UUID]:
    rows = db.run(
        "SELECT id FROM runtime_snapshot WHERE NOT published AND used_at < %s "
        f"AND {_STARTS_NOTHING}",
        (db.time(before),),
    )
    return {found for row in rows if (found := db.uuid(row[0])) is not None}


def _used_after(db: Connection, last: UUID) -> tuple[UUID, set[UUID], bool]:
    """(the last run looked at, graphs of those after `last`, whether there may be more)."""
    rows = db.run(
        f"SELECT id, snapshot_id FROM runtime_run WHERE id > %s ORDER BY id LIMIT {_ROWS:d}",
        (db.id(last),),
    )
    used = {found for row in rows if (found := db.uuid(row[1])) is not None}
    return (db.uuid(rows[-1][0]) or last) if rows else last, used, len(rows) == _ROWS


def _parts(snapshots: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(snapshots), _AT_ONCE):
        yield snapshots[start : start + _AT_ONCE]


def _drop(db: Connection, snapshots: list[UUID], before: float, last: UUID) -> int:
    with db.transaction():
        unused, more = set(snapshots), True
        while more:
            last, used, more = _used_after(db, last)
            unused -= used
        match, values = db.ids(list(unused))
        # Whoever asks for one of them again pushes its `used_at` first, or makes it anew.
        return db.count(
            f"DELETE FROM runtime_snapshot WHERE id {match} AND NOT published AND used_at < %s "
            f"AND {_STARTS_NOTHING}",
            (*values, db.time(before)),
        )
