"""Which flow answers at an address. Asked of the database at every call, so it is never stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from runtime.store.dialect import Connection


@dataclass(frozen=True, slots=True)
class FoundRoute:
    """What an address leads to."""

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


Address = tuple[str, str]  # mode and path


def find_routes(db: Connection, addresses: Sequence[Address]) -> list[dict[str, FoundRoute]]:
    """For each address the routes of its path, by mode."""
    paths = sorted({path for _, path in addresses})
    places = ", ".join(["%s"] * len(paths))
    rows = db.run(
        "SELECT id, workspace_id, flow_id, flow_name, mode, live, path, methods, snapshot_id, "  # noqa: S608
        f"version, node, settings FROM runtime_route WHERE path IN ({places})",
        paths,
    )
    found: dict[str, dict[str, FoundRoute]] = {}
    for row in rows:
        route = FoundRoute(
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
        )
        found.setdefault(route.path, {})[route.mode] = route
    return [found.get(path, {}) for _, path in addresses]


def _id(db: Connection, value: object) -> UUID:
    found = db.uuid(value)
    if found is None:
        raise ValueError("a route without an id")
    return found
