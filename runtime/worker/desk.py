"""A thread with a database session of its own, for what steps keep; the loop never waits for it."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connections

from runtime.sdk import ErrorClass, NodeError

Result = TypeVar("Result")
_TIDY_EVERY = 500  # changes
# Somebody who holds a row for long, as a page that was left open, must not hold up all the others.
_PATIENCE = "SET lock_timeout = '5s'; SET statement_timeout = '20s'"


class Desk:
    """One after the other, in the order they come. `begin` runs first in the thread."""

    def __init__(self, name: str, begin: Callable[[], None] | None = None) -> None:
        self._thread = ThreadPoolExecutor(1, f"segue-{name}", begin or _nothing)
        self._changes = 0

    async def read(self, work: Callable[[], Result]) -> Result:
        """Look something up; raises NodeError where the database is away."""
        return await self._do(lambda: _session(work))

    async def change(self, work: Callable[[], Result]) -> Result:
        """Change something; raises NodeError where the database is away."""
        return await self._do(lambda: self._in_turn(work))

    async def close(self) -> None:
        """After what is under way: give the session back."""
        await self._do(connections.close_all)
        self._thread.shutdown()

    async def _do(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _in_turn(self, work: Callable[[], Result]) -> Result:
        with _turn():
            result = _session(work)
            if self._changes % _TIDY_EVERY == 0:
                from runtime.keeping.deeds import forget_old

                _session(forget_old)
        self._changes += 1
        return result


def _session(work: Callable[[], Result]) -> Result:
    connection = connections["default"]
    try:
        connection.close_if_unusable_or_obsolete()
        if connection.connection is None and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(_PATIENCE)
        return work()
    except (OperationalError, InterfaceError):
        connection.close()
        raise NodeError(
            "The database did not take this in time.",
            error_class=ErrorClass.NETWORK,
            fix="It may be busy for a moment; a later try may help.",
        ) from None


@contextmanager
def _turn() -> Iterator[None]:
    """On SQLite, wait in the system's queue behind the journal: SQLite's own waiting can starve."""
    settings: dict[str, Any] = connections["default"].settings_dict
    if "sqlite" not in settings["ENGINE"]:
        yield
        return
    lock = os.open(f"{settings['NAME']}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _nothing() -> None:
    pass
