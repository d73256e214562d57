"""Which queued runs a worker takes next: by priority, fairly among flows, within their slots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any
from uuid import UUID

from runtime.store.dialect import Connection

MOST_FLOWS = 64  # that one claim looks at; the next claim begins with those that waited longest
# A run that began before has its slot; only a first claim must find one free.
HAS_NO_SLOT_TO_FIND = "(slot IS NULL OR started_at IS NOT NULL)"
_ACTIVE = "status IN ('queued', 'running', 'waiting') AND started_at IS NOT NULL"


def next_in_line(db: Connection, limit: int) -> list[UUID]:
    """Ids of runs to take, locked for this transaction where the database locks rows."""
    waiting = f"status = 'queued' AND NOT isolated AND {HAS_NO_SLOT_TO_FIND}"
    first = _ids(
        db,
        db.run(
            f"SELECT id FROM runtime_run WHERE {waiting} ORDER BY priority, id "
            f"LIMIT {limit + 1:d} {db.skip_locked}"
        ),
    )
    if len(first) > limit:
        first = _fair(db, waiting, limit)
    return [*first, *_with_free_slot(db, limit - len(first))]


def _fair(db: Connection, waiting: str, limit: int) -> list[UUID]:
    """An equal share for each workspace, and in it for each flow; what one leaves, others get."""
    groups = db.run(
        f"SELECT priority, workspace_id, flow_id FROM runtime_run WHERE {waiting} "
        "GROUP BY priority, workspace_id, flow_id ORDER BY priority, min(created_at)"
    )
    found: list[UUID] = []
    for priority in dict.fromkeys(row[0] for row in groups):
        level = [(row[1], row[2]) for row in groups if row[0] == priority][:MOST_FLOWS]
        found += _level(db, waiting, priority, level, limit - len(found))
        if len(found) >= limit:
            break
    return found


def _level(
    db: Connection, waiting: str, priority: int, groups: Sequence[tuple[Any, Any]], limit: int
) -> list[UUID]:
    """Runs of one priority, taken from its flows in turn."""
    flows: dict[Any, list[Any]] = {}
    for workspace, flow in groups:
        flows.setdefault(workspace, []).append(flow)

    def queue(workspace: Any, flow: Any, most: int) -> list[UUID]:
        which, values = ("flow_id = %s", [flow]) if flow is not None else ("flow_id IS NULL", [])
        rows = db.run(
            f"SELECT id FROM runtime_run WHERE {waiting} AND priority = %s AND workspace_id = %s "
            f"AND {which} ORDER BY id LIMIT {most:d} {db.skip_locked}",
            (priority, workspace, *values),
        )
        return _ids(db, rows)

    # No more than a flow's share is asked for, and locked, unless others leave theirs.
    shares = {w: ceil(limit / len(flows) / len(own)) for w, own in flows.items()}
    found = [[queue(w, flow, shares[w]) for flow in own] for w, own in flows.items()]
    if sum(len(runs) for own in found for runs in own) < limit:
        found = [[queue(w, flow, limit) for flow in own] for w, own in flows.items()]
    return list(in_turn([list(in_turn(own)) for own in found]))[:limit]


def in_turn(queues: Sequence[Sequence[UUID]]) -> Iterable[UUID]:
    """One of each queue, then the next of each, until all are empty."""
    for place in range(max(map(len, queues), default=0)):
        for queue in queues:
            if place < len(queue):
                yield queue[place]


def _with_free_slot(db: Connection, limit: int) -> list[UUID]:
    """The first runs of each slot, as many as it has free places."""
    waiting = "status = 'queued' AND NOT isolated AND slot IS NOT NULL AND started_at IS NULL"
    if limit <= 0 or not db.run(f"SELECT 1 FROM runtime_run WHERE {waiting} LIMIT 1"):
        return []
    db.lock_slots()
    rows = db.run(
        "SELECT q.id FROM (SELECT id, slot, slot_limit, priority, row_number() OVER "
        f"(PARTITION BY slot ORDER BY priority, id) AS place FROM runtime_run WHERE {waiting}) q "
        "LEFT JOIN (SELECT slot, count(*) AS taken FROM runtime_run "
        f"WHERE slot IS NOT NULL AND {_ACTIVE} GROUP BY slot) held ON held.slot = q.slot "
        "WHERE q.place <= q.slot_limit - COALESCE(held.taken, 0) "
        f"ORDER BY q.priority, q.id LIMIT {limit:d}"
    )
    return _ids(db, rows)


def _ids(db: Connection, rows: Sequence[Sequence[Any]]) -> list[UUID]:
    return [run for row in rows if (run := db.uuid(row[0])) is not None]
