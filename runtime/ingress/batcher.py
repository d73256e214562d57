"""One thread with one connection that does whatever has gathered, all at once.

Many callers at the same moment share one transaction: the work under way is the window in which the
next batch gathers. Where many are under way, a batch waits a moment for half of them: every stage
that follows costs nearly as much for one call as for ten, so calls that go in pairs of groups are
answered half as fast again as calls that go one by one. A lone caller never waits.

While the database is away, callers wait a little: it may be back before they would call again. How
long one waits and how many may wait are limited, whatever the database does.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from runtime.store.connect import connect, default_settings
from runtime.store.dialect import Connection, DatabaseDownError

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)
MOST = 500  # in one batch
MOST_WAITING = 10_000
GATHER_SECONDS = 0.004  # the most a batch waits for others
GLANCE_SECONDS = 0.0004  # between looks whether they have come
PATIENCE_SECONDS = 4.0
PAUSE_SECONDS = 0.1  # between tries while the database is away


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Asked, Answer]):
    """What one caller asks for, and where the answer goes."""

    asked: Asked
    future: asyncio.Future[Answer]


class Batcher(Generic[Asked, Answer]):
    """Calls `work(connection, batch)`, which returns one answer for each entry.

    `underway` says how many calls there are that may soon ask, those that ask already among them.

    The work is done again where nobody knows how it ended: doing it twice must be as once.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Connection, Sequence[Asked]], Sequence[Answer]],
        underway: Callable[[], int] = lambda: 0,
    ) -> None:
        self._name = name
        self._work = work
        self._underway = underway
        self._waiting: queue.SimpleQueue[_Entry[Asked, Answer]] = queue.SimpleQueue()
        self._db: Connection | None = None
        self._away_since: float | None = None
        self._thread = threading.Thread(target=self._run, name=f"segue-{name}", daemon=True)
        self._thread.start()

    async def ask(self, asked: Asked) -> Answer:
        """The answer for one entry; raises DatabaseDownError where none came in time."""
        if self._waiting.qsize() >= MOST_WAITING:
            raise DatabaseDownError("as many wait already as may")
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.put(_Entry(asked, future))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await future
        except TimeoutError:
            raise DatabaseDownError("no answer in time") from None

    # -- on the thread -----------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            first = self._waiting.get()
            self._let_gather()
            self._serve([first, *self._gathered(MOST - 1)])

    def _let_gather(self) -> None:
        until = time.monotonic() + GATHER_SECONDS
        while 2 * (self._waiting.qsize() + 1) < self._underway() and time.monotonic() < until:
            time.sleep(GLANCE_SECONDS)

    def _gathered(self, most: int) -> list[_Entry[Asked, Answer]]:
        found: list[_Entry[Asked, Answer]] = []
        with suppress(queue.Empty):
            while len(found) < most:
                found.append(self._waiting.get_nowait())
        return found

    def _serve(self, batch: list[_Entry[Asked, Answer]]) -> None:
        # Nothing is done any more for those who have gone or were told to call again.
        while batch := [entry for entry in batch if not entry.future.done()]:
            try:
                answers = self._try(batch)
            except DatabaseDownError as error:
                if not self._may_be_back_soon(error):
                    _refuse(batch, error)
                    return
                time.sleep(PAUSE_SECONDS)
                batch += self._gathered(MOST - len(batch))
            except Exception as error:  # noqa: BLE001  the thread lives on; each caller hears of it
                _refuse(batch, error)
                return
            else:
                self._away_since = None
                for entry, answer in zip(batch, answers, strict=True):
                    _settle(entry.future, answer=answer)
                return

    def _try(self, batch: Sequence[_Entry[Asked, Answer]]) -> Sequence[Answer]:
        try:
            if self._db is None:
                self._db = connect(default_settings(), PATIENCE_SECONDS)
            return self._work(self._db, [entry.asked for entry in batch])
        except DatabaseDownError:
            if self._db is not None:
                with suppress(Exception):
                    self._db.close()
                self._db = None
            raise

    def _may_be_back_soon(self, error: DatabaseDownError) -> bool:
        if self._away_since is None:
            self._away_since = time.monotonic()
            log.warning("database.away", of=self._name, error=str(error))
        return time.monotonic() - self._away_since < PATIENCE_SECONDS


def _refuse(batch: Sequence[_Entry[Asked, Answer]], error: Exception) -> None:
    for entry in batch:
        _settle(entry.future, error=error)


def _settle(
    future: asyncio.Future[Answer], *, answer: Answer | None = None, error: Exception | None = None
) -> None:
    def settle() -> None:
        # A caller that hung up has cancelled its future; setting it would raise.
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(answer)  # type: ignore[arg-type]

    with suppress(RuntimeError):  # the loop was closed: the process ends
        future.get_loop().call_soon_threadsafe(settle)
