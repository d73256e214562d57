"""Notices a worker that only looks alive: runs wait, it has room, and it takes none."""

from __future__ import annotations

import time
from collections.abc import Callable

from runtime.store.dialect import Connection
from runtime.store.queue import somebody_waits

WATCHDOG_SECONDS = 60.0


class Watchdog:
    """Asked by the heartbeat, on its connection: what is stuck cannot notice that it is.

    `claimed` says how many runs were claimed so far, or None while the worker has no reason to
    claim any: it stops, or holds as many as it may.
    """

    def __init__(
        self,
        claimed: Callable[[], int | None],
        seconds: float = WATCHDOG_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._claimed = claimed
        self._seconds = seconds
        self._clock = clock
        self._last: int | None = None
        self._since = clock()

    def barks(self, db: Connection) -> bool:
        """Whether runs have waited for so long without this worker taking any."""
        claimed = self._claimed()
        if claimed is None or claimed != self._last or not somebody_waits(db):
            self._last, self._since = claimed, self._clock()
            return False
        return self._clock() - self._since >= self._seconds
