"""Room on the disk that a SQLite database lies on.

A full disk refuses even to delete. So calls are refused while there is room left for what was
accepted before, and a file of some size lies there only to be deleted when all else is full.
"""

from __future__ import annotations

import os
from pathlib import Path

from runtime.store.dialect import DatabaseDownError

KEEP_FREE = "SEGUE_KEEP_FREE_MB"
MEGABYTE = 1_000_000


class DiskFullError(DatabaseDownError):
    """Too little room is left on the disk to take anything in."""


def keep_free_bytes() -> int:
    """How much stays free for the runs that were accepted."""
    return int(float(os.environ.get(KEEP_FREE, "64")) * MEGABYTE)


def free_bytes(database: Path) -> int:
    """What is free for us on the database's disk."""
    disk = os.statvfs(database.parent)
    return disk.f_bavail * disk.f_frsize


def need_room(database: Path) -> None:
    """Raise DiskFullError where nothing more may be taken in."""
    if free_bytes(database) < keep_free_bytes():
        raise DiskFullError("the disk is almost full")


def keep_reserve(database: Path) -> None:
    """Lay the reserve down, if it is not there and there is room for it."""
    size, path = keep_free_bytes() // 4, _reserve(database)
    if path.exists() or not size or free_bytes(database) < keep_free_bytes() + size:
        return
    try:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)
    except OSError:  # somebody else needed the room meanwhile; another time
        path.unlink(missing_ok=True)


def give_reserve_up(database: Path) -> None:
    """The disk is full: what was accepted gets the reserve."""
    _reserve(database).unlink(missing_ok=True)


def _reserve(database: Path) -> Path:
    return database.with_name(f"{database.name}.reserve")
