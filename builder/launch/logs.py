"""Keeps the processes' log files small; the processes hold them open and need not know."""

import shutil
from pathlib import Path

LARGEST_BYTES = 10_000_000
KEPT = 3


def rotate(log: Path, largest: int = LARGEST_BYTES, kept: int = KEPT) -> None:
    """Move a large log's text to `name.log.1` and so on, and empty it in place.

    Emptied, not renamed: the writer appends to the file it has open. Lines written between the
    copy and the cut are lost; the log is for people, the journal is in the database.
    """
    if not log.exists() or log.stat().st_size < largest:
        return
    for number in range(kept - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    with log.open("r+b") as file:
        file.truncate(0)
