"""PostgreSQL through psycopg, without Django."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg.conninfo import make_conninfo

from runtime.store.dialect import Binary, DatabaseDownError, Record, Table, Values

# A fresh table has no statistics, and a plan that flips to a sequential scan costs seconds;
# a process frozen inside a transaction must not hold its locks for ever.
_SESSION = (
    "SET enable_seqscan = off; SET enable_mergejoin = off; SET jit = off;"
    "SET idle_in_transaction_session_timeout = '4s'; SET synchronous_commit = on"
)


class PostgresConnection:
    """See `runtime.store.dialect.Connection`."""

    for_key_share = "FOR KEY SHARE"
    for_update = "FOR UPDATE"
    skip_locked = "FOR UPDATE SKIP LOCKED"

    def __init__(self, settings: Mapping[str, Any]) -> None:
        options = {
            "dbname": settings["NAME"],
            "user": settings.get("USER") or None,
            "password": settings.get("PASSWORD") or None,
            "host": settings.get("HOST") or None,
            "port": settings.get("PORT") or None,
            "connect_timeout": 5,
            "application_name": "segue-engine",
        }
        try:
            self._db = psycopg.connect(
                make_conninfo(**{k: v for k, v in options.items() if v is not None}),
                autocommit=True,
                prepare_threshold=2,
            )
            self._db.execute(_SESSION)
        except psycopg.OperationalError as error:
            raise DatabaseDownError(str(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        try:
            with self._db.transaction():
                yield
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise DatabaseDownError(str(error)) from error

    def _execute(self, sql: str, values: Values) -> psycopg.Cursor[Record]:
        try:
            return self._db.execute(sql.encode(), values)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise DatabaseDownError(str(error)) from error

    def run(self, sql: str, values: Values = ()) -> list[Record]:
        cursor = self._execute(sql, values)
        return cursor.fetchall() if cursor.description is not None else []

    def count(self, sql: str, values: Values = ()) -> int:
        return self._execute(sql, values).rowcount

    def each(self, sql: str, values: Sequence[Values]) -> None:
        if not values:
            return
        try:
            with self._db.cursor() as cursor:
                cursor.executemany(sql.encode(), values)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise DatabaseDownError(str(error)) from error

    def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            # One JSON parameter for all rows: quoting each value of each row costs far more.
            self._execute(_insert_sql(table), (orjson.dumps(rows, default=_plain).decode(),))

    def id(self, value: UUID | None) -> Any:
        return value

    def ids(self, values: Sequence[UUID]) -> tuple[str, list[Any]]:
        return "= ANY(%s)", [list(values)]

    def time(self, seconds: float | None) -> Any:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

    def seconds(self, value: Any) -> float | None:
        return None if value is None else float(value.timestamp())

    def uuid(self, value: Any) -> UUID | None:
        return value if isinstance(value, UUID) else None

    def now(self) -> float:
        return float(self.run("SELECT extract(epoch FROM clock_timestamp())")[0][0])

    def hold_sign_of_life(self, worker: UUID, key: int) -> None:
        self.run("SELECT pg_advisory_lock(%s)", (key,))

    def sign_of_life_is_gone(self, worker: UUID, key: int) -> bool:
        free = bool(self.run("SELECT pg_try_advisory_lock(%s)", (key,))[0][0])
        if free:
            self.run("SELECT pg_advisory_unlock(%s)", (key,))
        return free

    def lock_slots(self) -> None:
        self.run("SELECT pg_advisory_xact_lock(%s)", (SLOTS_LOCK,))

    def close(self) -> None:
        self._db.close()


SLOTS_LOCK = 0x5E60E  # one for all slots: held for moments, by flows that limit their runs
_statements: dict[str, str] = {}


def _insert_sql(table: Table) -> str:
    if table.name not in _statements:
        names = ", ".join(name for name, _ in table.columns)
        shape = ", ".join(f"{name} {kind}" for name, kind in table.columns)
        _statements[table.name] = (
            f"INSERT INTO {table.name} ({names}) SELECT {names} "
            f"FROM json_to_recordset(%s::json) AS x({shape}) {conflict(table)}"
        )
    return _statements[table.name]


def conflict(table: Table) -> str:
    """What happens to a row whose key is there already."""
    key = ", ".join(table.key)
    if not table.replace:
        return f"ON CONFLICT ({key}) DO NOTHING"
    merged = dict(table.merge)
    changes = ", ".join(
        f"{name} = {merged.get(name) or _newer(table, name)}"
        for name, _ in table.columns
        if name not in table.key
    )
    return f"ON CONFLICT ({key}) DO UPDATE SET {changes}"


def _newer(table: Table, name: str) -> str:
    newer = f"excluded.{name}"
    return f"COALESCE({newer}, {table.name}.{name})" if name in table.keep else newer


def _plain(value: object) -> object:
    """How the values of rows go into the JSON parameter."""
    if isinstance(value, Binary):
        return "\\x" + value.hex()
    if isinstance(value, bytes):
        # An object or a list stays JSON inside JSON; anything else must keep its own quotes.
        return orjson.Fragment(value) if value[:1] in (b"{", b"[") else value.decode()
    raise TypeError(type(value).__name__)
