"""News of runs for those who watch them: one Redis subscription for the whole web process.

Losing a message is harmless: whoever watches looks into the journal now and then anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings
from redis import RedisError
from redis.asyncio import Redis

from runtime.worker.publisher import RUNS_CHANNEL

log = structlog.get_logger(__name__)
POLL_SECONDS = 0.25  # without Redis
TRUST_SECONDS = 2.0  # with it: how long its silence is believed
ID_BYTES = 16


class RunNews:
    """Of one event loop. Listens while somebody watches."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._watchers: dict[UUID, set[asyncio.Event]] = {}
        self._listener: asyncio.Task[None] | None = None
        self._listening = False

    @contextmanager
    def of(self, run: UUID) -> Iterator[asyncio.Event]:
        """An event that is set when there may be news of the run."""
        told = asyncio.Event()
        self._watchers.setdefault(run, set()).add(told)
        if self._url and (self._listener is None or self._listener.done()):
            self._listener = asyncio.get_running_loop().create_task(self._listen())
        try:
            yield told
        finally:
            watchers = self._watchers[run]
            watchers.discard(told)
            if not watchers:
                del self._watchers[run]
            if not self._watchers and self._listener is not None:
                self._listener.cancel()
                self._listener = None

    async def wait(self, told: asyncio.Event) -> None:
        """Return when there may be news, or when it is time to look without."""
        try:
            async with asyncio.timeout(TRUST_SECONDS if self._listening else POLL_SECONDS):
                await told.wait()
            # Several commits close together are one piece of news: let them gather a little.
            await asyncio.sleep(0.02)
        except TimeoutError:
            pass
        told.clear()

    async def _listen(self) -> None:
        while True:
            try:
                client = Redis.from_url(self._url, socket_connect_timeout=1)
                async with client, client.pubsub() as pubsub:
                    await pubsub.subscribe(RUNS_CHANNEL)
                    self._listening = True
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._tell(message["data"])
            except (RedisError, OSError) as error:
                log.debug("news.redis_away", error=str(error))
            finally:
                self._listening = False
            await asyncio.sleep(0.5)

    def _tell(self, data: bytes) -> None:
        for start in range(0, len(data) - ID_BYTES + 1, ID_BYTES):
            for told in self._watchers.get(UUID(bytes=data[start : start + ID_BYTES]), ()):
                told.set()


@cache
def _by_loop() -> WeakKeyDictionary[asyncio.AbstractEventLoop, RunNews]:
    return WeakKeyDictionary()


def run_news() -> RunNews:
    """The news of the running loop."""
    loop = asyncio.get_running_loop()
    found = _by_loop()
    if loop not in found:
        found[loop] = RunNews(settings.REDIS_URL)
    return found[loop]
