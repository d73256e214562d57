"""What flows keep, on both databases, through a worker's own world."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from django.db import connections

from runtime.models import (
    AlikeAnswer,
    Collection,
    DataColumn,
    DataTable,
    Deed,
    Fact,
    KnownVector,
    MemoryEntry,
)
from runtime.worker.world import ServerWorld
from tests.control.conftest import house
from tests.support.house import House, adopt

__all__ = ["house"]
Maker = Callable[..., DataTable]


@pytest.fixture
def world(house: House) -> Iterator[ServerWorld]:
    """The world of this house's engine."""
    made = ServerWorld(adopt)
    house.world = made
    yield made
    asyncio.run(made.close())
    for model in (DataTable, Deed, MemoryEntry, Fact, KnownVector, AlikeAnswer, Collection):
        model.objects.all().delete()


@pytest.fixture
def table(house: House) -> Maker:
    """Makes a table: `table("People", email="text!", age="number")`, the key with a `!`."""

    def make(called: str, *, workspace: Any = None, **columns: str) -> DataTable:
        owner = workspace or house.place.workspace.id
        made = DataTable.objects.create(workspace_id=owner, name=called)
        for column, kind in columns.items():
            DataColumn.objects.create(
                table=made, name=column, kind=kind.rstrip("!"), is_key=kind.endswith("!")
            )
        return made

    return make


def at_once(act: Callable[[int], Any], numbers: Sequence[int]) -> list[Any]:
    """Call it by four threads, each with a session of its own."""

    def alone(number: int) -> Any:
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4, initializer=adopt) as pool:
        return list(pool.map(alone, numbers))


def flow(*steps: Mapping[str, Any]) -> dict[str, Any]:
    """A chain behind a manual trigger; each step is `{key, type, params}`."""
    nodes = [{"key": "start", "type": "trigger.manual"}, *steps]
    named = [{"id": f"n_{one['key']}", "name": one["key"], **one} for one in nodes]
    return {
        "format": "segue.flow/1",
        "nodes": named,
        "edges": [{"source": a["id"], "target": b["id"]} for a, b in pairwise(named)],
    }
