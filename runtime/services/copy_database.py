"""Copies the whole database into an archive, and back, on either of the two databases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

from django.db import connection

from runtime.services import copy_postgresql, copy_sqlite
from runtime.services.engine_connection import close_engine_connection

# Who holds a row of this is signed in: nobody shall be by means of a backup.
NOT_COPIED = ("django_session",)


def write_database(archive: ZipFile, folder: Path) -> None:
    """Put the database into the archive; *folder* may be used meanwhile. Nothing has to stop."""
    if connection.vendor == "sqlite":
        copy_sqlite.write_copy(archive, folder, NOT_COPIED)
    else:
        copy_postgresql.write_copy(archive, NOT_COPIED)


def read_database(archive: ZipFile, applied: Sequence[tuple[str, str]]) -> None:
    """Replace the database by the archive's, with the migrations of its time."""
    close_engine_connection()
    if connection.vendor == "sqlite":
        copy_sqlite.read_copy(archive)
    else:
        copy_postgresql.read_copy(archive, applied)


def bytes_aside() -> int:
    """How much of the disk a copy takes besides the archive itself."""
    return copy_sqlite.size() if connection.vendor == "sqlite" else 0
