"""SQLite in WAL mode. Web and workers share the file; a file lock keeps their writes fair."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from runtime.store.dialect import Batch, DatabaseDownError, Record, RunUpdate, Table, Values
from runtime.store.postgresql import conflict
from runtime.store.room import give_reserve_up, keep_reserve, need_room

LOCK_SECONDS = 5.0
_NEW = re.compile(r"\bnew\.(\w+)")


class SqliteConnection:
    """See `runtime.store.dialect.Connection`."""

    commits_at_once = False
    for_key_share = for_update = skip_locked = ""
    row_address = "rowid"
    text_as_id = "{}"  # ids are stored so
    sign_grace_seconds = 0.0  # the system takes the sign with the process, and only then

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._path = Path(str(settings["NAME"]))
        try:
            self._db = sqlite3.connect(
                self._path, isolation_level=None, timeout=5, check_same_thread=False
            )
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
                self._db.execute(f"PRAGMA {pragma}")
            # SQLite's own waiting polls, and a writer can starve for seconds; the system's lock
            # queue does not.
            self._lock = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except (sqlite3.Error, OSError) as error:
            raise DatabaseDownError(str(error)) from error
        self._signs: dict[UUID, int] = {}
        self._alone: dict[str, int] = {}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._acquire()
        try:
            self._execute("BEGIN IMMEDIATE", ())
            try:
                yield
                self._execute("COMMIT", ())
            except BaseException:
                self._db.rollback()  # also after a commit that failed: it leaves all as it was
                raise
        except sqlite3.Error as error:
            raise self._away(error) from error
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def _away(self, error: sqlite3.Error) -> DatabaseDownError:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            give_reserve_up(self._path)
        return DatabaseDownError(str(error))

    def statement(self) -> AbstractContextManager[None]:
        return self.transaction()

    def _acquire(self) -> None:
        until = time.monotonic() + LOCK_SECONDS
        pause = 0.0002
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise DatabaseDownError("another process holds the database") from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.001)
            else:
                return

    def _execute(self, sql: str, values: Values) -> sqlite3.Cursor:
        try:
            return self._db.execute(sql.replace("%s", "?"), values)
        except sqlite3.OperationalError as error:
            raise self._away(error) from error

    def run(self, sql: str, values: Values = ()) -> list[Record]:
        return self._execute(sql, values).fetchall()

    def count(self, sql: str, values: Values = ()) -> int:
        return self._execute(sql, values).rowcount

    def update_runs(self, update: RunUpdate, rows: Sequence[dict[str, Any]], owner: UUID) -> None:
        if not rows:
            return
        sets = _NEW.sub(r":\1", update.sets)
        sql = (
            f"UPDATE runtime_run SET {sets} WHERE id = :id AND epoch = :epoch AND owner_id = :owner"
        )
        kinds = {"id": "uuid", "epoch": "integer", **dict(update.columns)}
        values = [
            {**{name: _plain(row[name], kind) for name, kind in kinds.items()}, "owner": owner.hex}
            for row in rows
        ]
        try:
            self._db.executemany(sql, values)
        except sqlite3.OperationalError as error:
            raise self._away(error) from error

    def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        names = [name for name, _ in table.columns]
        places = ", ".join("?" * len(names))
        clash = conflict(table, one_at_a_time=True)
        sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places}) {clash}"
        kinds = [kind for _, kind in table.columns]
        values = [
            [_plain(row.get(n), k) for n, k in zip(names, kinds, strict=True)] for row in rows
        ]
        try:
            self._db.executemany(sql, values)
        except sqlite3.OperationalError as error:
            raise self._away(error) from error

    def commit_at_once(
        self, worker: UUID, held: Mapping[UUID, int], batch: Batch
    ) -> Set[UUID] | None:
        raise RuntimeError("SQLite has no procedures; its statements cost no round trips")

    def id(self, value: UUID | None) -> Any:
        return None if value is None else value.hex

    def ids(self, values: Sequence[UUID]) -> tuple[str, list[Any]]:
        return f"IN ({', '.join(['%s'] * len(values)) or 'NULL'})", [v.hex for v in values]

    def time(self, seconds: float | None) -> Any:
        return None if seconds is None else stamp(seconds)

    def seconds(self, value: Any) -> float | None:
        if value is None:
            return None
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC).timestamp()

    def uuid(self, value: Any) -> UUID | None:
        return None if value is None else UUID(str(value))

    def now(self) -> float:
        return time.time()

    def hold_sign_of_life(self, worker: UUID, key: int) -> None:
        folder = self._path.parent / "workers"
        try:
            folder.mkdir(exist_ok=True)
            held = os.open(folder / f"{worker}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:  # the disk is full
            raise DatabaseDownError(str(error)) from error
        try:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:  # somebody just looks whether we live
            os.close(held)
            raise DatabaseDownError("another process looks for this worker") from None
        self._signs[worker] = held

    def write_alone(self, key: int) -> None:
        pass  # no session outlives its connection

    def sign_of_life_is_gone(self, worker: UUID, key: int) -> bool:
        path = self._path.parent / "workers" / f"{worker}.lock"
        try:
            tried = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(tried, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            path.unlink(missing_ok=True)
            return True
        finally:
            os.close(tried)

    def signs_hold(self, seconds: float) -> bool:
        return True  # the system keeps them

    def hold_alone(self, task: str) -> bool:
        if task in self._alone:
            return True
        held = os.open(f"{self._path}.{task}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            return False
        self._alone[task] = held
        return True

    def lock_slots(self) -> None:
        pass  # its write transactions come one after the other anyway

    def need_room(self) -> None:
        need_room(self._path)

    def keep_reserve(self) -> None:
        keep_reserve(self._path)

    def close(self) -> None:
        self._db.close()
        os.close(self._lock)
        for held in (*self._signs.values(), *self._alone.values()):
            os.close(held)


def stamp(seconds: float) -> str:
    """A moment as Django keeps it in SQLite: UTC without a zone."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _plain(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "uuid":
        return str(value).replace("-", "")
    if kind == "timestamptz":
        return str(value)[:26].replace("T", " ")
    if isinstance(value, bytes) and kind != "bytea":
        return value.decode()
    return value
