"""Which runs refer to which files. A row stands before, or in one transaction with, the reference.

What a run copies of another one refers to that one's files: it gets its rows too.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from uuid import UUID

from runtime.sdk.items import FileRef, Item
from runtime.store.dialect import Connection, Table
from runtime.store.tables import moment

FILE_USES = Table(
    "runtime_fileuse",
    (
        ("run_id", "uuid"),
        ("workspace_id", "uuid"),
        ("sha256", "text"),
        ("size", "bigint"),
        ("created_at", "timestamptz"),
    ),
    ("run_id", "sha256"),
    replace=False,
)
Unused = set[tuple[UUID, str]]


def files_of(items: Iterable[Item]) -> list[FileRef]:
    """Every file that items carry."""
    return [file for item in items for file in item.files]


def use_files(db: Connection, run: UUID, workspace: UUID, files: Sequence[FileRef]) -> None:
    """Note that a run refers to these files; inside the caller's transaction."""
    found = {file.sha256: file for file in files}
    if found:
        now = moment(time.time())
        db.insert(
            FILE_USES,
            [
                {
                    "run_id": str(run),
                    "workspace_id": str(workspace),
                    "sha256": file.sha256,
                    "size": file.size,
                    "created_at": now,
                }
                for file in found.values()
            ],
        )


def use_same_files(db: Connection, run: UUID, before: UUID) -> None:
    """Note that a run refers to all the files another one refers to."""
    db.run(
        "INSERT INTO runtime_fileuse (run_id, workspace_id, sha256, size, created_at) "
        "SELECT %s, workspace_id, sha256, size, created_at FROM runtime_fileuse "
        "WHERE run_id = %s ON CONFLICT (run_id, sha256) DO NOTHING",
        (db.id(run), db.id(before)),
    )


def forget_files(db: Connection, runs: Sequence[UUID]) -> Unused:
    """Delete the rows of runs that go; returns what they referred to."""
    match, values = db.ids(runs)
    rows = db.run(
        f"SELECT DISTINCT workspace_id, sha256 FROM runtime_fileuse WHERE run_id {match}", values
    )
    if rows:
        db.run(f"DELETE FROM runtime_fileuse WHERE run_id {match}", values)
    return {(found, str(row[1])) for row in rows if (found := db.uuid(row[0])) is not None}


def is_file_used(db: Connection, workspace: UUID, sha256: str) -> bool:
    """Whether any run refers to it."""
    return bool(
        db.run(
            "SELECT 1 FROM runtime_fileuse WHERE workspace_id = %s AND sha256 = %s LIMIT 1",
            (db.id(workspace), sha256),
        )
    )
