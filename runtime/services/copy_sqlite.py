"""A copy of the SQLite database while everything runs, and the way back."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from zipfile import ZipFile

from django.db import connection

MEMBER = "database/segue.sqlite3"


def write_copy(archive: ZipFile, folder: Path, emptied: Sequence[str]) -> None:
    """Put the database into the archive, by way of a file in *folder*; *emptied*: tables left bare.

    SQLite copies in one read transaction: others go on writing, and none of it is half in there.
    """
    with _aside(folder / f"database.{os.getpid()}.part") as copy:
        with closing(sqlite3.connect(_path())) as live, closing(sqlite3.connect(copy)) as target:
            live.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
            target.execute("PRAGMA secure_delete=ON")  # what is taken out must not stay in the file
            for table in emptied:
                target.execute(f'DELETE FROM "{table}"')  # noqa: S608  our own names
            target.commit()
        archive.write(copy, MEMBER)


def read_copy(archive: ZipFile) -> None:
    """Put the archive's database in the place of ours; nobody may have it open.

    Raises sqlite3.DatabaseError or zipfile.BadZipFile for a damaged one; ours is untouched then.
    """
    connection.close()
    place = _path()
    with _aside(place.with_name(f"{place.name}.restoring")) as copy:
        with archive.open(MEMBER) as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
            target.flush()
            os.fsync(target.fileno())
        with closing(sqlite3.connect(copy)) as restored:
            sound = restored.execute("PRAGMA quick_check").fetchone()[0]
        if sound != "ok":
            raise sqlite3.DatabaseError(sound)
        copy.chmod(0o600)
        for end in ("-wal", "-shm"):  # they belong to the file that goes away
            place.with_name(place.name + end).unlink(missing_ok=True)
        copy.replace(place)


def size() -> int:
    """The bytes that a copy takes at most."""
    with suppress(FileNotFoundError):
        return _path().stat().st_size
    return 0


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    path.unlink(missing_ok=True)
    try:
        yield path
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)


def _path() -> Path:
    return Path(str(connection.settings_dict["NAME"]))
