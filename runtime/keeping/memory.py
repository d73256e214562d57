"""Remembered values in the database. Every change is one transaction that holds the value's row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from django.db.models import QuerySet

from runtime.keeping.changes import Kept, changed, checked_name
from runtime.keeping.deeds import once
from runtime.models import MemoryEntry
from runtime.sdk import Json
from runtime.sdk.context import Remembered


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where values lie: a flow's own, or (scope empty) those of the whole workspace."""

    workspace_id: UUID
    scope: str


def recall(shelf: Shelf, name: str, now: float) -> Remembered:
    """What is remembered; nothing where its time is over."""
    row = _rows(shelf, name).first()
    kept = _kept(row, now)
    return Remembered(None, False) if kept is None else Remembered(kept.value, True)


def remember(
    shelf: Shelf,
    name: str,
    action: str,
    value: Json,
    *,
    expires_in: float | None,
    key: str,
    now: float,
) -> Remembered:
    """Change what is remembered, once for the key; returns what is there afterwards.

    `was_there` tells whether there was something before.
    """
    name = checked_name(name)

    def deed() -> Json:
        row = _rows(shelf, name).select_for_update().first()
        before = _kept(row, now)
        after = changed(action, before, value, expires_in, now)
        _write(shelf, name, row, after)
        return [after.value if after else None, before is not None]

    what = f"memory/{shelf.scope}/{action}/{name}"
    value_after, was_there = cast(list[Json], once(shelf.workspace_id, key, what, deed))
    return Remembered(value_after, bool(was_there))


def _rows(shelf: Shelf, name: str) -> QuerySet[MemoryEntry]:
    return MemoryEntry.objects.filter(
        workspace_id=shelf.workspace_id, scope=shelf.scope, name=checked_name(name)
    )


def _kept(row: MemoryEntry | None, now: float) -> Kept | None:
    if row is None:
        return None
    until = row.expires_at.timestamp() if row.expires_at else None
    return None if until is not None and until <= now else Kept(json.loads(row.value), until)


def _write(shelf: Shelf, name: str, row: MemoryEntry | None, after: Kept | None) -> None:
    if after is None:
        if row is not None:
            row.delete()
        return
    row = row or MemoryEntry(workspace_id=shelf.workspace_id, scope=shelf.scope, name=name)
    row.value = json.dumps(after.value)
    until = after.expires_at
    row.expires_at = None if until is None else datetime.fromtimestamp(until, UTC)
    row.save()
