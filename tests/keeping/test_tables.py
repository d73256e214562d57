"""Tables on both databases: what is written is read again, once, and by its own workspace only."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from runtime.keeping import tables
from runtime.models import DataRow, DataTable
from runtime.models.ids import uuid7
from runtime.sdk import Json, NodeError
from runtime.worker.keeping import WorkspaceTables
from runtime.worker.world import ServerWorld
from tests.keeping.conftest import Maker, at_once, flow
from tests.support.house import House

HOSTILE = json.loads((Path(__file__).parents[1] / "data/xss_and_names.json").read_text())


@pytest.fixture
def own(house: House, world: ServerWorld) -> WorkspaceTables:
    """The tables of the house's workspace."""
    return world.tables(str(house.place.workspace.id))


def do(*calls: Awaitable[Any]) -> list[Any]:
    """Await one after the other."""

    async def all_of_them() -> list[Any]:
        return [await call for call in calls]

    return asyncio.run(all_of_them())


def where(*rows: tuple[str, str, Json], match: str = "all") -> dict[str, Any]:
    """Conditions on columns."""
    parts = [{"left": left, "operator": op, "right": right} for left, op, right in rows]
    return {"match": match, "rows": parts}


def people(own: WorkspaceTables, table: Maker) -> DataTable:
    """Three people, one without an age."""
    made = table("People", email="text!", age="number", since="date")
    rows: Sequence[dict[str, Json]] = (
        {"email": "ada@example.com", "age": "36", "since": "2024-03-01"},
        {"email": "bob@example.com", "age": 7.5},
        {"email": "cleo@example.com", "since": "2023-01-01T10:00:00+00:00"},
    )
    do(*(own.insert("People", row, key=f"k{n}") for n, row in enumerate(rows)))
    return made


ALL = ("ada", "bob", "cleo")
CASES: Sequence[tuple[str, dict[str, Any], list[str]]] = (
    ("all, as they were added", {}, ["ada", "bob", "cleo"]),
    ("by the key", {"where": where(("email", "equals", "bob@example.com"))}, ["bob"]),
    (
        "the key is compared as it is written",
        {"where": where(("email", "equals", "BOB@example.com"))},
        [],
    ),
    ("a number that was text", {"where": where(("age", "equals", 36))}, ["ada"]),
    ("an empty cell is not more", {"where": where(("age", "greater", 1))}, ["ada", "bob"]),
    ("an empty cell", {"where": where(("age", "is_empty", None))}, ["cleo"]),
    ("a date", {"where": where(("since", "before", "2024-01-01"))}, ["cleo"]),
    (
        "any of two",
        {"where": where(("age", "less", 10), ("email", "contains", "ada"), match="any")},
        ["ada", "bob"],
    ),
    ("sorted, the empty last", {"sort_by": "age"}, ["bob", "ada", "cleo"]),
    ("the largest first", {"sort_by": "age", "descending": True}, ["ada", "bob", "cleo"]),
    ("not all", {"limit": 2}, ["ada", "bob"]),
    ("a row of the form that nobody filled in", {"where": where(("", "equals", ""))}, [*ALL]),
)


@pytest.mark.parametrize(("asked", "found"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_rows_are_found(
    own: WorkspaceTables, table: Maker, asked: dict[str, Any], found: list[str]
) -> None:
    people(own, table)
    (rows,) = do(own.read("People", **asked))
    assert [row["email"].split("@")[0] for row in rows] == found


REFUSALS: Sequence[tuple[Callable[[WorkspaceTables], Awaitable[Any]], str]] = (
    (lambda t: t.read("Persons"), "no table called “Persons”"),
    (lambda t: t.insert("People", {"emial": "x"}, key="n"), "no column called “emial”"),
    (lambda t: t.insert("People", {"email": "x", "age": "old"}, key="n"), "“old” cannot go"),
    (lambda t: t.insert("People", {"email": " Ada@Example.com"}, key="n"), "already a row"),
    (lambda t: t.upsert("People", {"age": 3}, key="n"), "“email” is empty"),
    (lambda t: t.update("People", {"age": 3}, where={}, key="n"), "does not say which rows"),
    (lambda t: t.delete("People", where={}, key="n"), "does not say which rows"),
    (lambda t: t.read("People", where=where(("1=1; --", "exists", None))), "no column called"),
    (lambda t: t.read("People", where=where(("", "equals", "x"))), "no column on its left"),
    (lambda t: t.delete("People", where=where(("", "equals", "")), key="n"), "no column on its"),
    (lambda t: t.read("People", sort_by="email; DROP"), "to sort by"),
    (lambda t: t.insert("People", {"email": "x" * 300_000}, key="n"), "larger than 256 KB"),
)


@pytest.mark.parametrize(("act", "said"), REFUSALS, ids=[said for _, said in REFUSALS])
def test_what_does_not_fit_is_refused_in_words(
    own: WorkspaceTables,
    table: Maker,
    act: Callable[[WorkspaceTables], Awaitable[Any]],
    said: str,
) -> None:
    made = people(own, table)
    with pytest.raises(NodeError, match=said) as raised:
        do(act(own))
    assert raised.value.retryable is False
    made.refresh_from_db()
    assert (made.row_count, DataRow.objects.filter(table=made).count()) == (3, 3)


def test_a_repeated_try_writes_nothing_more(own: WorkspaceTables, table: Maker) -> None:
    made = people(own, table)
    first, again = do(
        own.insert("People", {"email": "d"}, key="same"),
        own.insert("People", {"email": "d"}, key="same"),
    )
    assert first == again
    changed = do(
        own.upsert("People", {"email": "D ", "age": 1}, key="u"),
        own.update("People", {"age": 2}, where=where(("age", "equals", 1)), key="v"),
        own.update("People", {"age": 2}, where=where(("age", "equals", 1)), key="v"),
        own.delete("People", where=where(("age", "equals", 2)), key="w"),
        own.delete("People", where=where(("age", "equals", 2)), key="w"),
    )
    assert changed[0]["row_id"] == first["row_id"]
    assert changed[1:] == [1, 1, 1, 1]
    made.refresh_from_db()
    assert made.row_count == 3


def test_two_who_do_the_same_at_once_do_it_once(house: House, table: Maker) -> None:
    """As a worker that was taken for dead and its successor."""
    made = table("Orders", number="number!")
    workspace = house.place.workspace.id

    def insert(number: int) -> Any:
        return tables.insert_row(workspace, "Orders", {"number": number}, key=f"k{number}")

    rows = at_once(insert, [n for n in range(10) for _ in range(4)])
    assert len({row["row_id"] for row in rows}) == 10
    made.refresh_from_db()
    assert (made.row_count, DataRow.objects.filter(table=made).count()) == (10, 10)
    made.delete()


def test_a_workspace_never_reaches_anothers_table(
    house: House, world: ServerWorld, table: Maker
) -> None:
    other = uuid7()
    theirs = table("Secrets", workspace=other, word="text!")
    mine = world.tables(str(house.place.workspace.id))
    do(world.tables(str(other)).insert("Secrets", {"word": "canary"}, key="k"))
    for act in (
        mine.read("Secrets"),
        mine.insert("Secrets", {"word": "x"}, key="k"),  # with the very key of the other one
        mine.update("Secrets", {"word": "x"}, where=where(("word", "exists", None)), key="k"),
        mine.delete("Secrets", where=where(("word", "exists", None)), key="k"),
    ):
        with pytest.raises(NodeError, match="no table called “Secrets”"):
            do(act)
    # Also where both have a table of that name.
    table("Secrets", word="text!")
    inserted, rows = do(mine.insert("Secrets", {"word": "own"}, key="k"), mine.read("Secrets"))
    assert [row["word"] for row in rows] == ["own"]
    stranger = {"row_id": str(DataRow.objects.get(table=theirs).id)}
    gone = mine.delete("Secrets", where=where(("row_id", "equals", stranger["row_id"])), key="s")
    assert do(gone) == [0]
    assert inserted["row_id"] == rows[0]["row_id"]


def test_hostile_text_is_kept_as_it_is(own: WorkspaceTables, table: Maker) -> None:
    table("Names", number="number!", name="text", anything="data")
    every = _texts(HOSTILE)
    texts = [*every[::20], "'; DROP TABLE runtime_datarow; --", "a\x00b", "\ud800", "{{ now }}"]
    do(
        *(
            own.insert("Names", {"number": n, "name": t, "anything": {t: t}}, key=str(n))
            for n, t in enumerate(texts)
        )
    )
    do(own.insert("Names", {"number": 1_000, "anything": [*every]}, key="all"))
    ((*rows, last),) = do(own.read("Names", sort_by="number"))
    assert last["anything"] == every
    assert [row["name"] for row in rows] == texts
    assert [row["anything"] for row in rows] == [{t: t} for t in texts]


def _texts(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]


def test_a_flow_writes_and_reads_a_table(house: House, world: ServerWorld, table: Maker) -> None:
    table("Orders", id="number!", customer="text")
    graph = flow(
        {
            "key": "keep",
            "type": "data.table_write",
            "params": {"table": "Orders", "action": "upsert", "take": "item"},
        },
        {
            "key": "look",
            "type": "data.table_read",
            "params": {
                "table": "Orders",
                "where": {
                    "rows": [{"left": "id", "operator": "equals", "right": "{{ start.id }}"}]
                },
            },
        },
        {
            "key": "end",
            "type": "data.set",
            "params": {
                "keep": "none",
                "fields": [
                    {"name": "told", "value": "{{ look.customer }}, {{ start.other }}"},
                ],
            },
        },
    )
    made = house.flow("orders", graph)
    given = {"id": 7, "customer": "Ada", "other": "not a column"}
    first, second = house.run(made, given), house.run(made, {**given, "customer": "Bob"})
    assert [json.loads(run.output or "") for run in (first, second)] == [
        [{"told": "Ada, not a column"}],
        [{"told": "Bob, not a column"}],
    ]
    assert DataTable.objects.get(name="Orders").row_count == 1


def test_nothing_is_written_while_a_recorded_call_is_tried(
    house: House, world: ServerWorld, table: Maker
) -> None:
    from builder.services.run_again import replay_run

    table("Calls", word="text")
    step = {
        "key": "keep",
        "type": "data.table_write",
        "params": {"table": "Calls", "values": [{"name": "word", "value": "hello"}]},
    }
    run = house.run(house.flow("calls", flow(step)), {})
    again = house.finish(replay_run(run, actor=house.actor))
    assert again.status == "succeeded"
    assert DataTable.objects.get(name="Calls").row_count == 1
