"""Which queued runs a worker takes next: by priority, fairly among flows, within their slots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any, TypeVar
from uuid import UUID

from runtime.store.dialect import Connection

Turn = TypeVar("Turn")
MOST_FLOWS = 64  # that one claim looks at; the next claim begins with those that waited longest
# A run that began before has its slot; only a first claim must find one free.
HAS_NO_SLOT_TO_FIND = "(slot IS NULL OR started_at IS NOT NULL)"
# The comparison leads a planner without statistics to the index of slots, which is short.
_WAITS_FOR_SLOT = "status = 'queued' AND NOT isolated AND slot > '' AND started_at IS NULL"
_ACTIVE = "status IN ('queued', 'running', 'waiting') AND started_at IS NOT NULL"


def next_in_line(db: Connection, limit: int) -> list[UUID]:
    """Ids of runs to take, locked for this transaction where the database locks rows."""
    # Before any row is locked: whoever replaces runs locks the slots first and their rows after.
    slotted = bool(db.run(f"SELECT 1 FROM runtime_run WHERE {_WAITS_FOR_SLOT} LIMIT 1"))
    if slotted:
        db.lock_slots()
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
    left = limit - len(first)
    return [*first, *(_with_free_slot(db, left) if slotted and left > 0 else ())]


def somebody_waits(db: Connection) -> bool:
    """Whether a run is queued that any worker may take at once."""
    return bool(
        db.run(
            f"SELECT 1 FROM runtime_run WHERE status = 'queued' AND NOT isolated "
            f"AND NOT cancel_requested AND {HAS_NO_SLOT_TO_FIND} ORDER BY priority, id LIMIT 1"
        )
    )


def _fair(db: Connection, waiting: str, limit: int) -> list[UUID]:
    """An equal share for each workspace, and in it for each flow; what one leaves, others get."""
    found: list[UUID] = []
    level = _level_after(db, waiting, None)
    while level is not None and len(found) < limit:
        found += _level(db, waiting, level, limit - len(found))
        level = _level_after(db, waiting, level)
    return found


def _level_after(db: Connection, waiting: str, level: int | None) -> int | None:
    """The most urgent priority that waits, or the next one."""
    after = "" if level is None else f" AND priority > {int(level)}"
    rows = db.run(
        f"SELECT priority FROM runtime_run WHERE {waiting}{after} ORDER BY priority, id LIMIT 1"
    )
    return int(rows[0][0]) if rows else None


def _level(db: Connection, waiting: str, priority: int, limit: int) -> list[UUID]:
    """Runs of one priority, taken from its flows in turn."""
    groups = db.run(
        f"SELECT workspace_id, flow_id FROM runtime_run WHERE {waiting} AND priority = %s "
        "GROUP BY workspace_id, flow_id ORDER BY min(created_at)",
        (priority,),
    )
    workspaces: dict[Any, list[tuple[Any, Any]]] = {}
    for workspace, flow in groups:
        workspaces.setdefault(workspace, []).append((workspace, flow))
    # More flows than there are places need not be looked at: the next claim begins with others.
    chosen = list(in_turn(list(workspaces.values())))[: min(limit, MOST_FLOWS)]
    flows: dict[Any, list[Any]] = {}
    for workspace, flow in chosen:
        flows.setdefault(workspace, []).append(flow)

    def queue(workspace: Any, flow: Any, most: int) -> list[UUID]:
        which, values = ("flow_id = %s", [flow]) if flow is not None else ("flow_id IS NULL", [])
        # The sum keeps a planner without statistics from the index of all that has this priority.
        rows = db.run(
            f"SELECT id FROM runtime_run WHERE {waiting} AND workspace_id = %s AND {which} "
            f"AND priority + 0 = %s ORDER BY id LIMIT {most:d} {db.skip_locked}",
            (workspace, *values, priority),
        )
        return _ids(db, rows)

    # No more than a flow's share is asked for, and locked, unless others leave theirs.
    shares = {w: ceil(limit / len(flows) / len(own)) for w, own in flows.items()}
    found = [[queue(w, flow, shares[w]) for flow in own] for w, own in flows.items()]
    if sum(len(runs) for own in found for runs in own) < limit:
        found = [[queue(w, flow, limit) for flow in own] for w, own in flows.items()]
    return list(in_turn([list(in_turn(own)) for own in found]))[:limit]


def in_turn(queues: Sequence[Sequence[Turn]]) -> Iterable[Turn]:
    """One of each queue, then the next of each, until all are empty."""
    for place in range(max(map(len, queues), default=0)):
        for queue in queues:
            if place < len(queue):
                yield queue[place]


def _with_free_slot(db: Connection, limit: int) -> list[UUID]:
    """The first runs of each slot, as many as it has free places."""
    rows = db.run(
        "SELECT q.id FROM (SELECT id, slot, slot_limit, priority, row_number() OVER "
        "(PARTITION BY slot ORDER BY priority, id) AS place "
        f"FROM runtime_run WHERE {_WAITS_FOR_SLOT}) q "
        "LEFT JOIN (SELECT slot, count(*) AS taken FROM runtime_run "
        f"WHERE slot IS NOT NULL AND {_ACTIVE} GROUP BY slot) held ON held.slot = q.slot "
        "WHERE q.place <= q.slot_limit - COALESCE(held.taken, 0) "
        f"ORDER BY q.priority, q.id LIMIT {limit:d}"
    )
    return _ids(db, rows)


def _ids(db: Connection, rows: Sequence[Sequence[Any]]) -> list[UUID]:
    return [run for row in rows if (run := db.uuid(row[0])) is not None]
