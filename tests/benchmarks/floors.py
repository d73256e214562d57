"""Floors: the least any program would need for the same work on this machine, in the same run."""

from __future__ import annotations

import asyncio
import time
from statistics import median

import aiohttp

from runtime.store.dialect import Connection
from tests.benchmarks.floor_rows import INSERT_RUN, INSERT_STEPS, TABLES, new_rows
from tests.benchmarks.load import BODY


def make_tables(db: Connection) -> None:
    """The floor's own two tables."""
    with db.transaction():
        for statement in TABLES:
            db.run(statement)


def one_commit(db: Connection, times: int = 200) -> float:
    """Seconds for one durable commit of a run and five rows, the median."""
    make_tables(db)
    took: list[float] = []
    for _ in range(times):
        run, steps = new_rows(BODY.decode())
        begun = time.perf_counter()
        with db.transaction():
            db.run(INSERT_RUN, run)
            db.run(INSERT_STEPS, steps)
        took.append(time.perf_counter() - begun)
    return median(took)


def hundred_awaits() -> float:
    """Seconds for 100 trivial coroutines, one after the other."""

    async def step(value: dict[str, int]) -> dict[str, int]:
        await asyncio.sleep(0)
        return {**value, "n": 1}

    async def chain() -> float:
        begun = time.perf_counter()
        value: dict[str, int] = {}
        for _ in range(100):
            value = await step(value)
        return time.perf_counter() - begun

    return asyncio.run(chain())


def calls(url: str, chains: int, each: int) -> float:
    """Seconds for as many chains at once, each of so many calls in sequence, by aiohttp."""

    async def chain(session: aiohttp.ClientSession) -> None:
        for _ in range(each):
            async with session.get(url) as answer:
                await answer.read()

    async def all_of_them() -> float:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            begun = time.perf_counter()
            await asyncio.gather(*(chain(session) for _ in range(chains)))
            return time.perf_counter() - begun

    return asyncio.run(all_of_them())


def plain_transforms(items: list[dict[str, object]]) -> float:
    """Seconds for three transformations of every item in plain Python."""
    begun = time.perf_counter()
    one = [{**item, "total": item["price"]} for item in items]
    two = [{**item, "label": f"{item['name']} for {item['total']}"} for item in one]
    three = [{**item, "label": str(item["label"]).upper()} for item in two]
    took = time.perf_counter() - begun
    if len(three) != len(items):
        raise AssertionError("the floor lost items")
    return took
