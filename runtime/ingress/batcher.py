"""One thread with one connection that does whatever has gathered, all at once.

Many callers at the same moment share one transaction; nobody waits for a timer, because the work
under way is the window in which the next batch gathers.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from runtime.store.connect import connect, default_settings
from runtime.store.dialect import Connection, DatabaseDownError

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
MOST = 500


class Batcher(Generic[Asked, Answer]):
    """Calls `work(connection, batch)`, which returns one answer for each entry."""

    def __init__(
        self, name: str, work: Callable[[Connection, Sequence[Asked]], Sequence[Answer]]
    ) -> None:
        self._work = work
        self._waiting: queue.SimpleQueue[tuple[Asked, asyncio.Future[Answer]]] = queue.SimpleQueue()
        self._db: Connection | None = None
        self._thread = threading.Thread(target=self._run, name=f"segue-{name}", daemon=True)
        self._thread.start()

    async def ask(self, entry: Asked) -> Answer:
        """The answer for one entry; raises DatabaseDownError."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.put((entry, future))
        return await future

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < MOST:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            try:
                if self._db is None:
                    self._db = connect(default_settings())
                answers = self._work(self._db, [entry for entry, _ in batch])
            except Exception as error:  # noqa: BLE001  the thread lives on; each caller hears of it
                if isinstance(error, DatabaseDownError):
                    self._db = None
                for _, future in batch:
                    _tell(future, None, error)
            else:
                for (_, future), answer in zip(batch, answers, strict=True):
                    _tell(future, answer, None)


def _tell(future: asyncio.Future[Answer], answer: Answer | None, error: Exception | None) -> None:
    def settle() -> None:
        # A caller that hung up has cancelled its future; setting it would raise.
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(answer)  # type: ignore[arg-type]

    future.get_loop().call_soon_threadsafe(settle)
