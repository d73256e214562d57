"""Those who watch a run are told over Redis what a worker committed, all over one subscription."""

import asyncio

from runtime.api.news import RunNews
from runtime.engine.rows import RunRow
from runtime.models.ids import uuid7
from runtime.worker.publisher import RedisPublisher

LONG = 10.0  # seconds; far longer than a message takes, far shorter than for ever


async def test_each_watcher_hears_of_its_own_run(redis_url: str) -> None:
    news, publisher = RunNews(redis_url), RedisPublisher(redis_url)
    mine, others = uuid7(), uuid7()
    with news.of(mine) as told, news.of(others) as not_told:
        async with asyncio.timeout(LONG):
            while not told.is_set():  # the subscription may still be on its way
                publisher.committed(
                    [RunRow(mine, 1, "succeeded"), RunRow(uuid7(), 1, "failed")], {}
                )
                await asyncio.sleep(0.05)
        assert not not_told.is_set()
    publisher.close()


async def test_without_redis_one_looks_now_and_then() -> None:
    news = RunNews("")
    with news.of(uuid7()) as told:
        async with asyncio.timeout(LONG):
            await news.wait(told)
