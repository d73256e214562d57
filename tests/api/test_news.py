"""Those who watch a run are told over Redis what a worker committed, all over one subscription."""

import asyncio

from runtime.engine.rows import RunRow
from runtime.models.ids import uuid7
from runtime.sdk import Json
from runtime.services.follow_run import RunNews
from runtime.worker.publisher import RedisPublisher

LONG = 10.0  # seconds; far longer than a message takes, far shorter than for ever


async def test_each_watcher_hears_of_its_own_run(redis_url: str) -> None:
    news, publisher = RunNews(redis_url), RedisPublisher(redis_url)
    mine, others = uuid7(), uuid7()
    with news.of(mine) as watch, news.of(others) as other:
        async with asyncio.timeout(LONG):
            while not watch.told.is_set():  # the subscription may still be on its way
                publisher.committed(
                    [RunRow(mine, 1, "succeeded"), RunRow(uuid7(), 1, "failed")], {}
                )
                await asyncio.sleep(0.05)
        assert not other.told.is_set()
    publisher.close()


async def test_words_reach_those_who_watch_their_run(redis_url: str) -> None:
    news, publisher = RunNews(redis_url), RedisPublisher(redis_url)
    mine = uuid7()
    said: dict[str, Json] = {"key": "ask", "take": "1.1", "at": 0, "words": "Hello"}
    with news.of(mine) as watch, news.of(uuid7()) as other:
        async with asyncio.timeout(LONG):
            while not watch.words:
                publisher.show(mine, said)
                await asyncio.sleep(0.05)
            assert await news.wait(watch) is False, "words alone are no news in the journal"
        assert watch.take()[0] == said
        assert other.words == []
    publisher.close()


async def test_without_redis_one_looks_now_and_then() -> None:
    news = RunNews("")
    with news.of(uuid7()) as watch:
        async with asyncio.timeout(LONG):
            await news.wait(watch)
