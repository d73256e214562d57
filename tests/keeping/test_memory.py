"""What flows remember, on both databases."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from django.utils import timezone

from runtime.keeping.deeds import REMEMBERED, forget_old
from runtime.keeping.memory import Shelf, recall, remember
from runtime.models import Deed, MemoryEntry
from runtime.models.ids import uuid7
from runtime.sdk import NodeError
from runtime.sdk.context import Remembered
from runtime.worker.world import ServerWorld
from tests.keeping.conftest import at_once, flow
from tests.support.house import House


def do(*calls: Awaitable[Any]) -> list[Any]:
    """Await one after the other."""

    async def all_of_them() -> list[Any]:
        return [await call for call in calls]

    return asyncio.run(all_of_them())


def test_what_can_be_done_with_a_value(house: House, world: ServerWorld) -> None:
    memory = world.memory(str(house.place.workspace.id), "f")
    told = do(
        memory.recall("n"),
        memory.remember("n", "add", 2, key="1"),
        memory.remember("n", "add", key="2"),
        memory.remember("n", "add", 5, key="1"),  # the try is repeated: nothing more
        memory.remember("n", "set_if_absent", 9, key="3"),
        memory.remember("n", "set", {"a": [1]}, key="4"),
        memory.recall(" n "),
        memory.remember("n", "delete", key="5"),
        memory.remember("n", "append", "x", key="6"),
        memory.remember("n", "append", None, key="7"),
        memory.remember("other", "set", None, key="8"),
        memory.recall("other"),
    )
    assert told == [
        Remembered(None, False),
        Remembered(2, False),
        Remembered(3, True),
        Remembered(2, False),
        Remembered(3, True),
        Remembered({"a": [1]}, True),
        Remembered({"a": [1]}, True),
        Remembered(None, True),
        Remembered(["x"], False),
        Remembered(["x", None], True),
        Remembered(None, False),
        Remembered(None, True),
    ]


@pytest.mark.parametrize(
    ("name", "action", "value", "said"),
    [
        ("list", "add", 1, "and no number"),
        ("text", "append", 1, "and no list"),
        ("new", "add", "many", "is not a number"),
        ("", "set", 1, "empty, too long"),
        ("a\nb", "set", 1, "line breaks"),
        ("a\x00b", "set", 1, "line breaks"),
        ("n" * 201, "set", 1, "too long"),
        ("big", "set", "x" * 300_000, "larger than 256 KB"),
        ("text", "explode", 1, "nothing called “explode”"),
    ],
)
def test_what_cannot_be_done_is_said(
    house: House, world: ServerWorld, name: str, action: str, value: Any, said: str
) -> None:
    memory = world.memory(str(house.place.workspace.id), "f")
    do(memory.remember("list", "append", 1, key="1"), memory.remember("text", "set", "x", key="2"))
    with pytest.raises(NodeError, match=said):
        do(memory.remember(name, action, value, key="3"))


def test_flows_and_workspaces_keep_apart(house: House, world: ServerWorld) -> None:
    here, there = str(house.place.workspace.id), str(uuid7())
    do(world.memory(here, "f").remember("n", "set", "own", key="k"))
    do(world.memory(here, "f").remember("n", "set", "all", shared=True, key="k"))
    assert do(
        world.memory(here, "f").recall("n"),
        world.memory(here, "g").recall("n"),
        world.memory(here, "g").recall("n", shared=True),
        world.memory(there, "f").recall("n"),
        world.memory(there, "f").recall("n", shared=True),
        world.memory(there, "f").remember("n", "set", "theirs", key="k"),
    ) == [
        Remembered("own", True),
        Remembered(None, False),
        Remembered("all", True),
        Remembered(None, False),
        Remembered(None, False),
        Remembered("theirs", False),
    ]


def test_a_value_is_forgotten_in_time(house: House, world: ServerWorld) -> None:
    shelf = Shelf(house.place.workspace.id, "f")

    def add(key: str, now: float) -> Remembered:
        return remember(shelf, "hour", "add", 1, expires_in=3600, key=key, now=now)

    counted = [add("a", 1_000.0), add("b", 4_500.0), add("c", 4_600.0)]
    assert counted == [Remembered(1, False), Remembered(2, True), Remembered(1, False)]
    assert recall(shelf, "hour", 8_199.0) == Remembered(1, True)
    assert recall(shelf, "hour", 8_201.0) == Remembered(None, False)
    forget_old()  # by the real clock all this was long ago
    assert not MemoryEntry.objects.exists()


def test_deeds_are_kept_as_long_as_somebody_may_repeat_them(
    house: House, world: ServerWorld
) -> None:
    shelf = Shelf(house.place.workspace.id, "f")
    for key in ("old", "new"):
        remember(shelf, "n", "add", 1, expires_in=None, key=key, now=0.0)
    old = Deed.objects.order_by("at").first()
    assert old is not None
    Deed.objects.filter(pk=old.pk).update(at=timezone.now() - REMEMBERED)
    forget_old()
    assert Deed.objects.exclude(pk=old.pk).count() == Deed.objects.count() == 1


def test_many_who_count_at_once_count_right(house: House, world: ServerWorld) -> None:
    shelf = Shelf(house.place.workspace.id, "")

    def count(number: int) -> None:
        key = str(number // 2)  # each key comes twice
        remember(shelf, "calls", "add", 1, expires_in=None, key=key, now=0.0)

    at_once(count, range(80))
    assert recall(shelf, "calls", 0.0) == Remembered(40, True)


def test_a_flow_sees_each_order_once(house: House, world: ServerWorld) -> None:
    graph = flow(
        {
            "key": "seen",
            "type": "data.remember",
            "params": {"action": "set_if_absent", "name": "seen-{{ input.id }}", "value": True},
        },
        {"key": "back", "type": "data.recall", "params": {"name": "seen-{{ start.id }}"}},
        {
            "key": "end",
            "type": "data.set",
            "params": {
                "keep": "none",
                "fields": [
                    {"name": "new", "value": "{{ seen.was_there }}"},
                    {"name": "kept", "value": "{{ back.value }}"},
                ],
            },
        },
    )
    made = house.flow("seen", graph)
    outputs = [house.run(made, {"id": number}).output for number in (1, 2, 1)]
    assert [output and '"new":true' in output.replace(" ", "") for output in outputs] == [
        False,
        False,
        True,
    ]
