"""News of runs for those who watch them, and words of answers as they come: one Redis subscription
for the whole web process.

Losing a message is harmless: whoever watches looks into the journal now and then anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson
import structlog
from django.conf import settings
from redis import RedisError
from redis.asyncio import Redis

from runtime.services.events import PING_SECONDS
from runtime.worker.publisher import RUNS_CHANNEL, WORDS_CHANNEL

log = structlog.get_logger(__name__)
POLL_SECONDS = 0.25  # without Redis
TRUST_SECONDS = 2.0  # with it: how long its silence is believed
ID_BYTES = 16
MOST_WORDS = 1_000  # messages kept for a watcher who is slow
Words = dict[str, Any]  # see `runtime.engine.shown`


@dataclass(eq=False, slots=True)
class Watch:
    """One who watches a run, and what came for them."""

    told: asyncio.Event = field(default_factory=asyncio.Event)
    news: bool = False  # in the journal
    words: list[Words] = field(default_factory=list)

    def take(self) -> list[Words]:
        """The words that came since the last time."""
        words, self.words = self.words, []
        return words


class RunNews:
    """Of one event loop. Listens while somebody watches."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._watchers: dict[UUID, set[Watch]] = {}
        self._listener: asyncio.Task[None] | None = None
        self._listening = False

    @contextmanager
    def of(self, run: UUID) -> Iterator[Watch]:
        """Follow a run; what to `wait` with."""
        watch = Watch()
        self._watchers.setdefault(run, set()).add(watch)
        if self._url and (self._listener is None or self._listener.done()):
            self._listener = asyncio.get_running_loop().create_task(self._listen())
        try:
            yield watch
        finally:
            watchers = self._watchers[run]
            watchers.discard(watch)
            if not watchers:
                del self._watchers[run]
            if not self._watchers and self._listener is not None:
                self._listener.cancel()
                self._listener = None

    async def wait(self, watch: Watch) -> bool:
        """Return when words came (False), or when it is time to look into the journal (True)."""
        try:
            async with asyncio.timeout(TRUST_SECONDS if self._listening else POLL_SECONDS):
                await watch.told.wait()
        except TimeoutError:
            watch.news = True
        else:
            # Several commits close together are one piece of news: let them gather a little.
            await asyncio.sleep(0.02)
        watch.told.clear()
        news, watch.news = watch.news, False
        return news

    async def _listen(self) -> None:
        while True:
            try:
                client = Redis.from_url(self._url, socket_connect_timeout=1)
                async with client, client.pubsub() as pubsub:
                    await pubsub.subscribe(RUNS_CHANNEL, WORDS_CHANNEL)
                    self._listening = True
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            words = message["channel"] == WORDS_CHANNEL.encode()
                            (self._pass_on if words else self._tell)(message["data"])
            except (RedisError, OSError) as error:
                log.debug("news.redis_away", error=str(error))
            finally:
                self._listening = False
            await asyncio.sleep(0.5)

    def _tell(self, data: bytes) -> None:
        for start in range(0, len(data) - ID_BYTES + 1, ID_BYTES):
            for watch in self._watchers.get(UUID(bytes=data[start : start + ID_BYTES]), ()):
                watch.news = True
                watch.told.set()

    def _pass_on(self, data: bytes) -> None:
        with suppress(ValueError):
            watchers = self._watchers.get(UUID(bytes=data[:ID_BYTES]))
            if not watchers:
                return
            said: Words = orjson.loads(data[ID_BYTES:])
            for watch in watchers:
                if len(watch.words) < MOST_WORDS:
                    watch.words.append(said)
                watch.told.set()


async def heard_until(done: asyncio.Future[Any], watch: Watch) -> AsyncIterator[list[Words]]:
    """Words that are for whoever called, until *done*; none where nothing was said for long."""
    while not done.done():
        told = asyncio.ensure_future(watch.told.wait())
        try:
            woken, _ = await asyncio.wait(
                {done, told}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            told.cancel()
        watch.told.clear()
        heard = [words for words in watch.take() if words["answers"]]
        if heard or not woken:
            yield heard


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
