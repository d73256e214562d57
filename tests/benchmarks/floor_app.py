"""The floor of W1: a bare ASGI function that commits one run and five rows for every request."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import psycopg

from tests.benchmarks.floor_rows import INSERT_RUN, INSERT_STEPS, new_rows

CONNECTIONS = 16
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]


class Store(Protocol):
    """Commits one run, durable on return."""

    async def commit(self, body: bytes) -> None: ...


class PostgresStore:
    """A transaction each, on a few connections."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._free: asyncio.LifoQueue[psycopg.AsyncConnection] = asyncio.LifoQueue()
        self._made = 0

    async def commit(self, body: bytes) -> None:
        line = await self._take()
        try:
            run, steps = new_rows(body.decode())
            async with line.transaction():
                await line.execute(INSERT_RUN, run)
                await line.execute(INSERT_STEPS, steps)
        finally:
            self._free.put_nowait(line)

    async def _take(self) -> psycopg.AsyncConnection:
        if self._free.empty() and self._made < CONNECTIONS:
            self._made += 1
            return await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, prepare_threshold=1
            )
        return await self._free.get()


class SqliteStore:
    """A transaction each, on the one connection that SQLite lets write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1)
        self._db: sqlite3.Connection | None = None

    async def commit(self, body: bytes) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, body)

    def _commit(self, body: bytes) -> None:
        if self._db is None:
            self._db = sqlite3.connect(self._path, isolation_level=None, timeout=20)
            self._db.execute("PRAGMA synchronous=FULL")
        run, steps = new_rows(body.decode())
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(INSERT_RUN.replace("%s", "?"), run)
        self._db.execute(INSERT_STEPS.replace("%s", "?"), steps)
        self._db.execute("COMMIT")


def _store() -> Store:
    url = os.environ.get("DATABASE_URL")
    if url:
        return PostgresStore(url)
    return SqliteStore(Path(os.environ["SEGUE_DATA"]) / "segue.sqlite3")


_made: list[Store] = []


async def application(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """Read, commit, answer."""
    if not _made:
        _made.append(_store())
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if scope["method"] == "POST":
        await _made[0].commit(body)
    answer = b'{"ok":true}'
    headers = [(b"content-type", b"application/json"), (b"content-length", b"11")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
