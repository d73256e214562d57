"""Which flows other flows may start, as the engine's connections read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson

from runtime.store.dialect import Connection, Record


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry of a flow; `settings` as the services wrote them."""

    id: UUID
    workspace_id: UUID
    flow_id: UUID
    flow_name: str
    mode: str
    live: bool
    snapshot_id: UUID
    version: int | None
    node: str
    settings: dict[str, Any]


_COLUMNS = "id, workspace_id, flow_id, flow_name, mode, live, snapshot_id, version, node, settings"


def entries_of(db: Connection, kind: str, flow: UUID) -> list[FoundEntry]:
    """The entries of one flow."""
    rows = db.run(
        f"SELECT {_COLUMNS} FROM runtime_entry WHERE kind = %s AND flow_id = %s",
        (kind, db.id(flow)),
    )
    return [_entry(db, row) for row in rows]


def live_entries(db: Connection, kind: str) -> list[FoundEntry]:
    """All entries of a kind that are switched on."""
    rows = db.run(
        f"SELECT {_COLUMNS} FROM runtime_entry WHERE kind = %s AND mode = 'live' AND live",
        (kind,),
    )
    return [_entry(db, row) for row in rows]


def pinned_entry(db: Connection, entry: FoundEntry, caller: UUID) -> FoundEntry:
    """The entry as it was when the version that the run `caller` runs was published."""
    rows = db.run(
        "SELECT p.snapshot_id, p.version, p.node FROM runtime_pinnedcall p "
        "JOIN runtime_run r ON r.flow_id = p.caller_id AND r.version = p.caller_version "
        "WHERE r.id = %s AND p.flow_id = %s",
        (db.id(caller), db.id(entry.flow_id)),
    )
    snapshot = db.uuid(rows[0][0]) if rows else None
    if snapshot is None:
        return entry
    return replace(entry, snapshot_id=snapshot, version=rows[0][1], node=rows[0][2])


def _entry(db: Connection, row: Record) -> FoundEntry:
    ids: Sequence[UUID | None] = [db.uuid(row[n]) for n in (0, 1, 2, 6)]
    entry, workspace, flow, snapshot = ids
    if entry is None or workspace is None or flow is None or snapshot is None:
        raise ValueError("an entry without an id")
    settings = orjson.loads(row[9])
    return FoundEntry(
        entry, workspace, flow, row[3], row[4], bool(row[5]), snapshot, row[7], row[8], settings
    )
