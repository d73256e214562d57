"""SQL for steps, on PostgreSQL: values are bound by the server, hosts pass the guard."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from runtime.network.dial import Line, line_to
from runtime.network.plain import plain
from runtime.network.resolver import Lookup, system_lookup
from runtime.network.statement import numbered
from runtime.sdk import ErrorClass, Json, NodeError
from runtime.sdk.context import SqlAnswer

CONNECT_SECONDS = 10
MOST_BYTES = 10_000_000  # of an answer, as for HTTP
_SSL_MODES = ("require", "verify-full", "disable")
# What libpq would else take from the environment and the home of whoever runs the worker.
_NOTHING_OF_OURS: dict[str, Any] = {
    "passfile": "/nonexistent",
    "sslcert": "",
    "sslkey": "",
    "gssencmode": "disable",
    "application_name": "segue-step",
    "client_encoding": "UTF8",
}


class GuardedDatabases:
    """See `runtime.sdk.context.Databases`. A session for each call: none keeps what a step set."""

    def __init__(self, workspace_id: str, *, lookup: Lookup = system_lookup) -> None:
        self._workspace = workspace_id
        self._lookup = lookup

    async def query(
        self,
        credential: str,
        statement: str,
        values: Mapping[str, Json],
        *,
        write: bool = False,
        most_rows: int = 1_000,
        timeout_seconds: float = 30,
    ) -> SqlAnswer:
        """Run one statement in a transaction of its own; raises NodeError in words."""
        text, bound = numbered(statement, values)
        line = await line_to(
            self._workspace, credential, "sql.postgresql", 5432, lookup=self._lookup
        )
        session = await _connect(line, timeout_seconds)
        try:
            answer = await _answer(session, line, text, _bound(bound), write, most_rows)
        finally:
            await session.close()
        return answer


async def _connect(line: Line, timeout_seconds: float) -> AsyncConnection[TupleRow]:
    secret = line.credential.secret
    mode = secret.get("encryption") or "require"
    if mode not in _SSL_MODES:
        raise _refused(f"“{mode}” is no way to encrypt; it is one of {', '.join(_SSL_MODES)}.")
    try:
        return await AsyncConnection.connect(
            host=",".join([line.host] * len(line.addresses)),
            hostaddr=",".join(line.addresses),
            port=line.port,
            dbname=secret["database"],
            user=secret["username"],
            password=secret["password"],
            sslmode=mode,
            sslrootcert="system" if mode == "verify-full" else "/nonexistent",
            connect_timeout=CONNECT_SECONDS,
            options=f"-c statement_timeout={int(timeout_seconds * 1000)}",
            autocommit=True,
            cursor_factory=AsyncRawCursor,
            **_NOTHING_OF_OURS,
        )
    except psycopg.Error as error:
        raise _no_session(error, line) from None


async def _answer(
    session: AsyncConnection[TupleRow],
    line: Line,
    text: str,
    bound: Sequence[Any],
    write: bool,
    most_rows: int,
) -> SqlAnswer:
    try:
        await session.execute("BEGIN" if write else "BEGIN READ ONLY")
        # After the first query a transaction cannot be made a writing one any more.
        await session.execute("SELECT 1")
        async with session.cursor() as cursor:
            read = _written if write else _streamed
            answer = await read(cursor, text, bound, most_rows)
    except psycopg.Error as error:
        raise _failed(error, line) from None
    if write:
        try:
            await session.execute("COMMIT")
        except psycopg.Error as error:
            raise _unknown(error, line) from None
    return answer


async def _streamed(
    cursor: psycopg.AsyncCursor[TupleRow], text: str, bound: Sequence[Any], most_rows: int
) -> SqlAnswer:
    """Row by row: what nobody asked to see never comes into memory."""
    rows: list[dict[str, Json]] = []
    size = 0
    stream = cursor.stream(text.encode(), bound)
    try:
        async for row in stream:
            if len(rows) == most_rows:
                return SqlAnswer(rows, len(rows), more=True)
            rows.append(_named(cursor, row))
            size += len(json.dumps(rows[-1]))
            if size > MOST_BYTES:
                raise _refused("The answer is larger than 10 MB.", "Ask for less at once.")
    finally:
        await stream.aclose()  # type: ignore[attr-defined]  # it is a generator
    return SqlAnswer(rows, len(rows), more=False)


async def _written(
    cursor: psycopg.AsyncCursor[TupleRow], text: str, bound: Sequence[Any], most_rows: int
) -> SqlAnswer:
    # Prepared, the server takes one statement and no second one behind a semicolon.
    await cursor.execute(text.encode(), bound, prepare=True)
    if cursor.description is None:
        return SqlAnswer([], max(cursor.rowcount, 0), more=False)
    rows = [_named(cursor, row) for row in await cursor.fetchmany(most_rows)]
    return SqlAnswer(rows, cursor.rowcount, more=cursor.rowcount > len(rows))


def _named(cursor: psycopg.AsyncCursor[TupleRow], row: TupleRow) -> dict[str, Json]:
    names = [column.name for column in cursor.description or ()]
    return {name: plain(value) for name, value in zip(names, row, strict=True)}


def _bound(values: Sequence[Json]) -> list[Any]:
    bound: list[Any] = []
    for value in values:
        if isinstance(value, str) and ("\0" in value or not _sound(value)):
            raise _refused("A value holds characters that a database cannot keep.")
        bound.append(Jsonb(value) if isinstance(value, (dict, list)) else value)
    return bound


def _sound(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_session(error: psycopg.Error, line: Line) -> NodeError:
    said = line.masked(str(error))
    if (error.sqlstate or "")[:2] == "28" or "authentication failed" in said:
        return _refused(
            f"“{line.host}” did not accept the user name and password.",
            "Look at the connection, and test it there.",
        )
    if "SSL" in said:
        return _refused(
            f"“{line.host}” cannot be spoken to with this encryption.",
            "Ask whoever runs the database; “disable” in the connection goes without.",
        )
    if "does not exist" in said:
        return _refused(f"“{line.host}” has no database of this name.", "Look at the connection.")
    return NodeError(
        f"“{line.host}” did not accept the connection on port {line.port}.",
        error_class=ErrorClass.NETWORK,
        fix="It may be down for a moment; a later try may help.",
    )


def _failed(error: psycopg.Error, line: Line) -> NodeError:
    state = error.sqlstate or ""
    said = line.masked(error.diag.message_primary or str(error))[:500]
    if state == "57014":
        return NodeError(
            "The database did not answer in time.",
            error_class=ErrorClass.TIMEOUT,
            fix="Allow more time in the step, or ask for less at once.",
        )
    if state == "25006":
        return _refused(
            "This step only reads, and the statement wants to change something.",
            "Use the step “Write to a database”.",
        )
    if state.startswith("40"):  # it was undone, and would go well alone
        return NodeError(
            f"The database undid it: {said}", error_class=ErrorClass.NETWORK, fix="Try again."
        )
    if not state or state.startswith(("08", "57", "53")):
        return NodeError(
            f"“{line.host}” closed the connection before it answered. Nothing was changed.",
            error_class=ErrorClass.NETWORK,
        )
    return _refused(f"The database says: {said}", "Look at the statement and its values.")


def _unknown(error: psycopg.Error, line: Line) -> NodeError:
    """Broken off in the middle of the commit; a server that says no has undone it."""
    if error.sqlstate and not error.sqlstate.startswith(("08", "57")):
        return _failed(error, line)
    return NodeError(
        f"“{line.host}” closed the connection in the middle: nobody knows whether it was changed.",
        error_class=ErrorClass.LOST,
        retryable=False,
        fix="Look into the database before you run this again.",
    )


def _refused(message: str, fix: str | None = None) -> NodeError:
    return NodeError(message, error_class=ErrorClass.INPUT, retryable=False, fix=fix)
