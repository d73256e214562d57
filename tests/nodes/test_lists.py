"""Steps that take the whole list: their results, and what each result came from."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.graph.validate import validate
from runtime.registry import registry
from runtime.sdk import Item, Json
from runtime.sdk.node import BatchNode
from runtime.sdk.ordering import identity, rank
from runtime.sdk.paths import field_of
from tests.support.one_step import flow_of, run_node


def whole(type_name: str, params: Mapping[str, Any], values: Sequence[Json]) -> list[Item]:
    """What a list step makes of these values."""
    node_type = registry()[type_name]
    node = node_type()
    assert isinstance(node, BatchNode)
    made = node.run_whole(node_type.Params.model_validate(params), [Item(v) for v in values])
    return list(made.ports["out"])


def result(type_name: str, params: Mapping[str, Any], values: Sequence[Json]) -> list[Any]:
    return [item.json for item in whole(type_name, params, values)]


def by(*names: str, down: bool = False) -> dict[str, Any]:
    way = "down" if down else "up"
    return {"keys": [{"field_name": name, "direction": way} for name in names]}


ORDERS: list[tuple[dict[str, Any], list[Json], list[Json]]] = [
    (by(""), [10, 9, "8", 8.5], ["8", 8.5, 9, 10]),
    (by(""), ["Item 10", "item 9", "Item 1"], ["Item 1", "item 9", "Item 10"]),
    (by("") | {"compare": "text"}, ["10", "9"], ["10", "9"]),
    (by(""), ["b", "A", "a"], ["A", "a", "b"]),
    (by(""), [None, 2, "", 1], [1, 2, None, ""]),
    (by("", down=True), [None, 2, "", 1], [2, 1, None, ""]),
    (by(""), ["x", True, 3, False, [1]], [3, False, True, "x", [1]]),
    (by(""), ["007", "7", "07"], ["007", "7", "07"]),
    (by(""), ["9" * 5000, "1"], ["1", "9" * 5000]),
    (by(""), ["2030-10-01", "2030-09-30"], ["2030-09-30", "2030-10-01"]),
    (by(""), [-1, "-2", 0], ["-2", -1, 0]),
]


@pytest.mark.parametrize(("params", "values", "expected"), ORDERS)
def test_the_order_people_expect(
    params: Mapping[str, Any], values: list[Json], expected: list[Json]
) -> None:
    assert result("data.sort", params, values) == expected


def test_equal_items_keep_their_order_in_both_directions() -> None:
    values: list[Json] = [{"k": 1, "n": 1}, {"k": 1, "n": 2}, {"k": 2, "n": 3}]
    assert [i["n"] for i in result("data.sort", by("k"), values)] == [1, 2, 3]
    assert [i["n"] for i in result("data.sort", by("k", down=True), values)] == [3, 1, 2]


def test_keys_may_go_different_ways() -> None:
    keys = [{"field_name": "a", "direction": "down"}, {"field_name": "b"}]
    values: list[Json] = [{"a": 1, "b": 2}, {"a": 2, "b": 2}, {"a": 2, "b": 1}]
    assert result("data.sort", {"keys": keys}, values) == [values[2], values[1], values[0]]


@given(st.lists(st.none() | st.booleans() | st.integers() | st.floats() | st.text()))
def test_whatever_is_sorted_nothing_is_lost_or_made_up(values: list[Any]) -> None:
    items = whole("data.sort", by(""), values)
    assert sorted(i.origin[0] for i in items if i.origin) == list(range(len(values)))
    assert all(items[n].json is values[(items[n].origin or [0])[0]] for n in range(len(items)))


@given(st.lists(st.integers() | st.text() | st.booleans(), max_size=8))
def test_ranks_can_always_be_compared(values: list[Any]) -> None:
    sorted(values, key=rank)


PARTS: list[tuple[dict[str, Any], list[int]]] = [
    ({"count": 2}, [0, 1]),
    ({"count": 2, "skip": 3}, [3, 4]),
    ({"count": 9}, [0, 1, 2, 3, 4]),
    ({"count": 0}, []),
    ({"count": 2, "skip": 9}, []),
    ({"count": 2, "keep": "last"}, [3, 4]),
    ({"count": 2, "keep": "last", "skip": 1}, [2, 3]),
    ({"count": 2, "keep": "last", "skip": 4}, [0]),
    ({"count": 2, "keep": "last", "skip": 9}, []),
    ({"count": 0, "keep": "last"}, []),
]


@pytest.mark.parametrize(("params", "expected"), PARTS)
def test_only_so_many_go_on(params: Mapping[str, Any], expected: list[int]) -> None:
    items = whole("data.limit", params, ["a", "b", "c", "d", "e"])
    assert [item.origin for item in items] == [(n,) for n in expected]


SAME: list[tuple[dict[str, Any], list[Json], list[int]]] = [
    ({}, [1, "1", 1.0, True], [0, 1, 3]),
    ({}, [{"a": [1, {"b": 2}]}, {"a": [1, {"b": 2.0}]}], [0]),
    ({"keep": "last"}, ["a", "b", "a"], [1, 2]),
    ({"exact": False}, ["A ", "a", "b"], [0, 2]),
    ({"by": "fields", "fields": ["x.y"]}, [{"x": {"y": 1}}, {"x": {"y": 1}, "z": 0}], [0]),
    ({"by": "fields", "fields": ["{{ input.x }}"]}, [{"x": 1}, {"x": 1, "z": 0}, {}, {}], [0, 2]),
    (
        {"by": "fields", "fields": ["a", "b"]},
        [{"a": "x", "b": "yz"}, {"a": "xy", "b": "z"}],
        [0, 1],
    ),
]


@pytest.mark.parametrize(("params", "values", "expected"), SAME)
def test_equal_items_go_on_once(
    params: Mapping[str, Any], values: list[Json], expected: list[int]
) -> None:
    found = [item.origin for item in whole("data.remove_duplicates", params, values)]
    assert found == [(n,) for n in expected]


def test_a_list_of_items_came_from_all_of_them() -> None:
    (item,) = whole("data.aggregate", {"name": "a.b"}, [1, None])
    assert item.json == {"a": {"b": [1, None]}}
    assert list(item.origin or ()) == [0, 1]


AMOUNTS: list[Json] = [
    {"g": "x", "n": 1},
    {"g": "y", "n": "2.5"},
    {"g": "x", "n": 4},
    {"n": None},
    {"g": "x", "n": ""},
]
FIGURES: list[tuple[str, Json]] = [
    ("count", 5),
    ("sum", 7.5),
    ("average", 2.5),
    ("min", 1),
    ("max", 4),
    ("first", 1),
    ("last", 4),
    ("join", "1, 2.5, 4"),
    ("list", [1, "2.5", 4]),
    ("unique_count", 3),
]


@pytest.mark.parametrize(("how", "expected"), FIGURES)
def test_figures_leave_out_what_is_empty(how: str, expected: Json) -> None:
    figures = [{"how": how, "field_name": "n", "name": "f"}]
    assert result("data.summarise", {"figures": figures}, AMOUNTS) == [{"f": expected}]


EMPTY = {"count": 0, "sum": 0, "join": "", "list": [], "unique_count": 0}


@pytest.mark.parametrize("how", [how for how, _ in FIGURES])
def test_figures_of_nothing(how: str) -> None:
    figures = [{"how": how, "field_name": "n", "name": "f"}]
    assert result("data.summarise", {"figures": figures}, []) == [{"f": EMPTY.get(how)}]


def test_groups_come_in_the_order_they_were_first_seen_and_know_their_items() -> None:
    items = whole("data.summarise", {"group_by": ["g"], "figures": [{}]}, AMOUNTS)
    assert [item.json for item in items] == [
        {"g": "x", "count": 3},
        {"g": "y", "count": 1},
        {"g": None, "count": 1},
    ]
    assert [list(item.origin or ()) for item in items] == [[0, 2, 4], [1], [3]]


def test_no_items_make_no_groups() -> None:
    assert result("data.summarise", {"group_by": ["g"], "figures": [{}]}, []) == []


TOO_MUCH: list[tuple[Json, str]] = [
    ("many", "“n” of item 2 is not a number, but “many”."),
    (True, "“n” of item 2 is not a number, but yes or no."),
    ([1], "“n” of item 2 is not a number, but a list."),
    (1.7e308, "The numbers in “n” are too large to be added up."),
]


@pytest.mark.parametrize(("value", "sentence"), TOO_MUCH)
def test_what_cannot_be_added_up_is_named(value: Json, sentence: str) -> None:
    params = {"figures": [{"how": "sum", "field_name": "n"}]}
    run, _ = run_node("data.summarise", params, [{"n": 1.7e308}, {"n": value}])
    assert run.status == "failed"
    assert isinstance(run.error, dict)
    assert (run.error["message"], run.error["field"]) == (sentence, "figures")


def test_sums_are_as_exact_as_on_paper() -> None:
    figures = [{"how": "sum", "field_name": "", "name": "s"}]
    assert result("data.summarise", {"figures": figures}, [0.1] * 10) == [{"s": 1.0}]
    assert result("data.summarise", {"figures": figures}, [2, 3]) == [{"s": 5}]


INCOMPLETE: list[tuple[str, dict[str, Any], str]] = [
    ("data.sort", {"keys": []}, "needs “Sort by”"),
    ("data.summarise", {"figures": [{"how": "sum"}]}, "Figure number 1 does not say"),
    ("data.summarise", {"figures": [{"how": "median"}]}, "“Figures 1 › Work out” of “x” is not"),
    ("data.remove_duplicates", {"by": "fields"}, "No field is named to compare by."),
    ("data.aggregate", {"what": "field"}, "No field is named."),
    ("data.html", {"what": "pick", "picks": [{"name": "a"}]}, "needs “Fields 1 › CSS selector”."),
    ("data.limit", {"count": -1}, "“How many” of “x” is not right"),
]


@pytest.mark.parametrize(("type_name", "params", "sentence"), INCOMPLETE)
def test_what_is_missing_is_said_before_it_runs(
    type_name: str, params: Mapping[str, Any], sentence: str
) -> None:
    issues = validate(flow_of(type_name, params), registry())
    assert sentence in " ".join(issue.message for issue in issues)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", {"a": {"b": [1]}, "c.d": 2}),
        ("a.b.0", 1),
        ("a.b.1", None),
        ("a.b.-1", None),
        ("a.x.y", None),
        ("c.d", 2),
    ],
)
def test_a_dot_leads_inside(name: str, expected: Json) -> None:
    assert field_of({"a": {"b": [1]}, "c.d": 2}, name) == expected


def test_equal_values_have_one_identity() -> None:
    assert identity({"a": 1, "b": 2.0}) == identity({"b": 2, "a": 1.0})
    assert identity("1") != identity(1)
