"""Large values that were moved out of their rows."""

from __future__ import annotations

from uuid import UUID

import orjson

from runtime.store.dialect import Connection

MARK = '{"$payload":"'


def payload_hash(value: str | None) -> str | None:
    """The hash a stored value refers to, or None where the value stands there itself."""
    if value is None or not value.startswith(MARK):
        return None
    return str(orjson.loads(value)["$payload"])


def load_payload(db: Connection, workspace: UUID, value: str | None) -> str | bytes | None:
    """The value itself, wherever it lies."""
    digest = payload_hash(value)
    if digest is None:
        return value
    rows = db.run(
        "SELECT data FROM runtime_payload WHERE workspace_id = %s AND sha256 = %s",
        (db.id(workspace), digest),
    )
    return bytes(rows[0][0]) if rows else None
