"""Which flow answers at an address. Read anew in every accepting batch, so it is never stale."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from runtime.graph.addresses import shapes_for
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
    """For each path its routes by mode: of those that fit, the one that says most exactly."""
    shapes = {path: shapes_for(path) for path in paths}
    rows = read_rows(db, {shape for known in shapes.values() for shape in known})
    by_shape: dict[str, list[Record]] = {}
    for row in rows:
        by_shape.setdefault(row[6], []).append(row)
    return [_best(db, [by_shape.get(shape, []) for shape in shapes[path]]) for path in paths]


def _best(db: Connection, fitting: Sequence[Sequence[Record]]) -> Routes:
    found: dict[str, FoundRoute] = {}
    for row in (row for rows in fitting for row in rows):
        found.setdefault(row[4], _route(db, row))
    return found


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
