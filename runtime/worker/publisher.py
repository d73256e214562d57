"""Wakes live views and waiting callers after a commit, over Redis. Losing a message is harmless."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping, Sequence
from uuid import UUID

import redis
import structlog

from runtime.engine.rows import Row

log = structlog.get_logger(__name__)
MOST_WAITING = 10_000


class RedisPublisher:
    """See `runtime.worker.engine.Publisher`; publishes from a thread, many at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: queue.Queue[tuple[str, str] | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._send, name="segue-publish", daemon=True)
        self._thread.start()

    def committed(self, rows: Sequence[Row], replies: Mapping[UUID, str]) -> None:
        """One message per run and per caller that waits for it."""
        for run, channel in replies.items():
            self._put(f"segue:reply:{channel}", str(run))
        for run in {row.run_id for row in rows}:
            self._put(f"segue:run:{run}", "")

    def _put(self, channel: str, message: str) -> None:
        try:
            self._waiting.put_nowait((channel, message))
        except queue.Full:
            log.debug("publish.dropped", channel=channel)

    def _send(self) -> None:
        client = redis.Redis.from_url(
            self._url, socket_timeout=2, socket_connect_timeout=1, retry=None
        )
        while True:
            batch = [self._waiting.get()]
            while len(batch) < 500 and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                pipe = client.pipeline(transaction=False)
                for entry in batch:
                    if entry is not None:
                        pipe.publish(*entry)
                pipe.execute()
            except (redis.RedisError, OSError) as error:
                log.debug("publish.failed", error=str(error))
            if None in batch:
                return

    def close(self) -> None:
        """Send what waits, then end the thread."""
        self._waiting.put(None)
        self._thread.join(timeout=3)


class NoPublisher:
    """Without Redis: live views and callers look into the database by themselves."""

    def committed(self, rows: Sequence[Row], replies: Mapping[UUID, str]) -> None:
        """Nobody is told."""

    def close(self) -> None:
        """Nothing to end."""
