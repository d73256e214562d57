"""PostgreSQL through psycopg, without Django."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg.abc import RV, PQGen
from psycopg.conninfo import make_conninfo
from psycopg.generators import execute
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

from runtime.store.commit_procedure import CALL_COMMIT, PIECES, create_commit
from runtime.store.dialect import (
    Batch,
    Binary,
    DatabaseDownError,
    Record,
    RunUpdate,
    Table,
    Values,
)

# A fresh table has no statistics, and a plan that flips to a sequential scan costs seconds;
# a process frozen inside a transaction must not hold its locks for ever.
_SESSION = (
    "SET enable_seqscan = off; SET enable_mergejoin = off; SET jit = off;"
    # Without statistics a bitmap scan looks as cheap as the index whose order spares the sort.
    "SET enable_bitmapscan = off;"
    "SET idle_in_transaction_session_timeout = '4s'; SET synchronous_commit = on"
)

# A machine that is gone sends no word of it: the line must be found dead by itself.
LINE = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
MARGIN = 0.8  # of the patience: the server gives up before its client does, and says so

_AWAY = (psycopg.OperationalError, psycopg.InterfaceError)


class PatientSession(psycopg.Connection[Record]):
    """A session that waits for each answer only so long, however the server hangs."""

    patience: float | None = None  # seconds

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """See psycopg: goes through a generator of the wire's protocol."""
        with answered_or_ended(self):
            return super().wait(gen, interval, self.patience if timeout is None else timeout)


@contextmanager
def answered_or_ended(session: psycopg.Connection[Any]) -> Iterator[None]:
    """End a session that got no answer: one that comes later belongs to nobody."""
    try:
        yield
    except psycopg.OperationalError:
        if session.pgconn.transaction_status == TransactionStatus.ACTIVE:
            session.pgconn.finish()
        raise


class PostgresConnection:
    """See `runtime.store.dialect.Connection`."""

    commits_at_once = True
    for_key_share = "FOR KEY SHARE"
    for_update = "FOR UPDATE"
    skip_locked = "FOR UPDATE SKIP LOCKED"
    row_address = "ctid"
    text_as_id = "{}::uuid"
    sign_grace_seconds = 0.9  # a session that was cut off is back by then, its worker never dead

    def __init__(self, settings: Mapping[str, Any], patience: float | None = None) -> None:
        options = {
            **LINE,
            "dbname": settings["NAME"],
            "user": settings.get("USER") or None,
            "password": settings.get("PASSWORD") or None,
            "host": settings.get("HOST") or None,
            "port": settings.get("PORT") or None,
            "application_name": "segue-engine",
        }
        try:
            self._db = PatientSession.connect(
                make_conninfo(**{k: v for k, v in options.items() if v is not None}),
                autocommit=True,
                prepare_threshold=2,
            )
            self._db.patience = patience
            limit = 0 if patience is None else int(patience * MARGIN * 1000)
            self._db.execute(f"{_SESSION}; SET statement_timeout = {limit}".encode())
            self._has_commit = False
        except _AWAY as error:
            raise DatabaseDownError(str(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._control(b"BEGIN")
        try:
            yield
        except BaseException:
            with suppress(DatabaseDownError):
                self._control(b"ROLLBACK")
            raise
        self._control(b"COMMIT")

    def _control(self, command: bytes) -> None:
        """Without a cursor: three of four words of a small commit are these."""
        line = self._db.pgconn
        try:
            line.send_query(command)
            result = self._db.wait(execute(line))[0]
        except _AWAY as error:
            raise DatabaseDownError(str(error)) from error
        if result.status != ExecStatus.COMMAND_OK:
            raise DatabaseDownError(result.get_error_message())

    def statement(self) -> AbstractContextManager[None]:
        return nullcontext()  # each is a transaction of its own

    def _execute(self, sql: str, values: Values) -> psycopg.Cursor[Record]:
        try:
            return self._db.execute(sql.encode(), values)
        except psycopg.Error as error:
            # Some last words of a session are of another kind, as those to one frozen too long.
            if isinstance(error, _AWAY) or self._db.pgconn.status != ConnStatus.OK:
                raise DatabaseDownError(str(error)) from error
            raise

    def run(self, sql: str, values: Values = ()) -> list[Record]:
        cursor = self._execute(sql, values)
        return cursor.fetchall() if cursor.description is not None else []

    def count(self, sql: str, values: Values = ()) -> int:
        return self._execute(sql, values).rowcount

    def update_runs(self, update: RunUpdate, rows: Sequence[dict[str, Any]], owner: UUID) -> None:
        if rows:
            ids = [row["id"] for row in rows]
            values = (_json(rows), owner, ids)
            self._execute(update_sql(update), values)

    def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            # One JSON parameter for all rows: quoting each value of each row costs far more.
            self._execute(insert_sql(table), (_json(rows),))

    def commit_at_once(
        self, worker: UUID, held: Mapping[UUID, int], batch: Batch
    ) -> Set[UUID] | None:
        if not self._has_commit:
            self._execute(create_commit(insert_sql, update_sql), ())
            self._has_commit = True
        pieces = [_json(getattr(batch, name)) for name in PIECES]
        values = (worker, list(held), list(held.values()), *pieces)
        mine = self._execute(CALL_COMMIT, values).fetchall()[0][0]
        return None if mine is None else set(mine)

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
        self.run("SELECT pg_advisory_lock_shared(%s)", (key,))

    def write_alone(self, key: int) -> None:
        writer = key | WRITER
        self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
            "AND objsubid = 1 AND granted AND classid = %s AND objid = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            (writer >> 32, writer & 0xFFFFFFFF),
        )
        self.run("SELECT pg_advisory_lock(%s)", (writer,))

    def sign_of_life_is_gone(self, worker: UUID, key: int) -> bool:
        # Tried and freed by one statement: whoever freezes in between keeps nobody from holding it.
        return bool(self.run("SELECT pg_try_advisory_xact_lock(%s)", (key,))[0][0])

    def signs_hold(self, seconds: float) -> bool:
        # They go with the server; those who held them need a moment to come back.
        age = "extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())"
        return float(self.run(f"SELECT {age}")[0][0]) > seconds

    def hold_alone(self, task: str) -> bool:
        return bool(self.run("SELECT pg_try_advisory_lock(%s)", (ALONE_LOCKS[task],))[0][0])

    def lock_slots(self) -> None:
        self.run("SELECT pg_advisory_xact_lock(%s)", (SLOTS_LOCK,))

    def need_room(self) -> None:
        pass  # its disk is the server's affair: where that is full, it says so by itself

    def keep_reserve(self) -> None:
        pass

    def close(self) -> None:
        self._db.close()


SLOTS_LOCK = 0x5E60E  # one for all slots: held for moments, by flows that limit their runs
WRITER = 1 << 62  # beside a worker's own key, which is smaller
ALONE_LOCKS = {
    "prune": 0x5E60F,
    "alerts": 0x5E610,
    "mailboxes": 0x5E611,
    "reviews": 0x5E612,
    "figures": 0x5E613,
}
_statements: dict[str, str] = {}


def _json(rows: Sequence[dict[str, Any]]) -> str | None:
    return orjson.dumps(rows, default=_plain).decode() if rows else None


def insert_sql(table: Table) -> str:
    """An insert of many rows, given as one JSON parameter."""
    if table.name not in _statements:
        names = ", ".join(name for name, _ in table.columns)
        shape = ", ".join(f"{name} {kind}" for name, kind in table.columns)
        _statements[table.name] = (
            f"INSERT INTO {table.name} ({names}) SELECT {names} "
            f"FROM json_to_recordset(%s::json) AS x({shape}) {conflict(table)}"
        )
    return _statements[table.name]


def update_sql(update: RunUpdate) -> str:
    """An update of many runs; parameters: their values as JSON, the owner, their ids."""
    if update.name not in _statements:
        shape = ", ".join(f"{name} {kind}" for name, kind in update.columns)
        _statements[update.name] = (
            f"UPDATE runtime_run SET {update.sets} "
            f"FROM json_to_recordset(%s::json) AS new(id uuid, epoch integer, {shape}) "
            "WHERE runtime_run.id = new.id AND runtime_run.epoch = new.epoch "
            # The last is said twice on purpose: a plan without statistics finds it by its index.
            "AND runtime_run.owner_id = %s AND runtime_run.id = ANY(%s)"
        )
    return _statements[update.name]


def conflict(table: Table, *, one_at_a_time: bool = False) -> str:
    """What happens to a row whose key is there already."""
    key = ", ".join(table.key)
    if table.holds and one_at_a_time:
        return f"ON CONFLICT ({key}) DO NOTHING"
    if table.holds:
        return f"ON CONFLICT ({key}) DO UPDATE SET {table.holds} = excluded.{table.holds}"
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
