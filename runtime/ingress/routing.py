"""Which flow answers at an address. Read anew in every accepting batch, so it is never stale."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from runtime.store.dialect import Connection, Record


@dataclass(frozen=True, slots=True)
class FoundRoute:
    """What an address leads to. `row` is what it was made of: the same row is the same route."""

    id: UUID
    workspace_id: UUID
    flow_id: UUID
    flow_name: str
    mode: str
    live: bool
    path: str
    methods: tuple[str, ...]
    snapshot_id: UUID
    version: int | None
    node: str
    settings: dict[str, Any]
    row: Record = field(repr=False)


Routes = Mapping[str, FoundRoute]  # of one path, by mode


def find_routes(db: Connection, paths: Sequence[str]) -> list[Routes]:
    """For each path its routes by mode."""
    rows = read_rows(db, paths)
    return [{row[4]: _route(db, row) for row in rows if row[6] == path} for path in paths]


def read_rows(db: Connection, paths: Collection[str]) -> list[Record]:
    """The rows of these paths as they stand now."""
    wanted = sorted(set(paths))
    places = ", ".join(["%s"] * len(wanted))
    return db.run(
        "SELECT id, workspace_id, flow_id, flow_name, mode, live, path, methods, snapshot_id, "  # noqa: S608
        f"version, node, settings FROM runtime_route WHERE path IN ({places})",
        wanted,
    )


def _route(db: Connection, row: Record) -> FoundRoute:
    return FoundRoute(
        _id(db, row[0]),
        _id(db, row[1]),
        _id(db, row[2]),
        row[3],
        row[4],
        bool(row[5]),
        row[6],
        tuple(row[7].split()),
        _id(db, row[8]),
        row[9],
        row[10],
        orjson.loads(row[11]),
        row,
    )


def _id(db: Connection, value: object) -> UUID:
    found = db.uuid(value)
    if found is None:
        raise ValueError("a route without an id")
    return found
