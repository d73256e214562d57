"""Large values that were moved out of their rows: each kept once, while a row refers to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import orjson

from runtime.store.dialect import Connection

MARK = '{"$payload":"'
# As in the tables' partial indexes: only in these words are the indexes used.
IS_REFERENCE = f"substr(output, 1, {len(MARK)}) = '{MARK}'"
_REFERRING = ("runtime_step", "runtime_attempt")


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


def references_of(
    db: Connection, where: str, values: Sequence[Any], table: str | None = None
) -> set[tuple[UUID, str]]:
    """(run, hash) of the payloads that these rows refer to."""
    found: set[tuple[UUID, str]] = set()
    for name in _REFERRING:
        if table in (None, name):
            rows = db.run(
                f"SELECT DISTINCT run_id, output FROM {name} WHERE {where} AND {IS_REFERENCE}",
                values,
            )
            found |= {
                (run, digest)
                for raw, output in rows
                if (run := db.uuid(raw)) is not None and (digest := payload_hash(output))
            }
    return found


def drop_unused(db: Connection, payloads: Collection[tuple[UUID, str]]) -> None:
    """Delete those of (workspace, hash) that no row refers to any more; inside a transaction."""
    ordered = sorted(payloads)
    for workspace, digest in ordered:
        # Locked first and looked for afterwards: a commit that uses it again either holds it
        # before us, and is seen below, or waits for us and writes it anew.
        db.run(
            "SELECT 1 FROM runtime_payload WHERE workspace_id = %s AND sha256 = %s "
            f"{db.for_update}",
            (db.id(workspace), digest),
        )
    for workspace, digest in ordered:
        used = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} s JOIN runtime_run r ON r.id = s.run_id "
            f"WHERE {IS_REFERENCE} AND s.output = %s AND r.workspace_id = %s)"
            for table in _REFERRING
        ).replace("substr(output", "substr(s.output")
        reference = f'{MARK}{digest}"}}'
        db.run(
            f"DELETE FROM runtime_payload WHERE workspace_id = %s AND sha256 = %s AND NOT ({used})",
            (db.id(workspace), digest, *([reference, db.id(workspace)] * len(_REFERRING))),
        )
