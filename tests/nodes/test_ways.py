"""Switch, Filter and Stop: who leaves by which exit, and what is said where none fits."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from builder.catalogue import describe
from runtime.graph.document import Document
from runtime.graph.parse import parse_document
from runtime.graph.validate import validate
from runtime.nodes.flow.switch import Switch
from runtime.registry import registry
from runtime.sdk import Json
from runtime.testing import run_graph
from tests.support.one_step import flow_of, run_node
from tests.support.stand import chain, node


def above(id: str, limit: float) -> dict[str, Any]:
    rows = [{"left": "{{ input.n }}", "operator": "greater", "right": limit}]
    return {"id": id, "name": id.title(), "conditions": {"rows": rows}}


def equal(id: str, *values: Json) -> dict[str, Any]:
    return {"id": id, "name": id.title(), "values": list(values)}


NUMBERS: Sequence[Json] = [{"n": 5}, {"n": 50}, {"n": 500}]
BY_SIZE = [above("big", 100), above("some", 10)]
WAYS = [
    ("the first that fits", {}, {"otherwise": [5], "some": [50], "big": [500]}),
    ("all that fit", {"send": "all"}, {"otherwise": [5], "some": [50, 500], "big": [500]}),
    ("the rest goes nowhere", {"otherwise": False}, {"some": [50], "big": [500]}),
]


@pytest.mark.parametrize(("params", "expected"), [w[1:] for w in WAYS], ids=[w[0] for w in WAYS])
def test_items_leave_by_the_exits_that_fit(
    params: Mapping[str, Any], expected: Mapping[str, list[int]]
) -> None:
    result, out = run_node("flow.switch", {"exits": BY_SIZE, **params}, NUMBERS)
    assert result.status == "succeeded"
    assert out == {port: [{"n": n} for n in ns] for port, ns in expected.items()}


@pytest.mark.parametrize(
    ("value", "exit"),
    [(1, "one"), ("1", "one"), (1.0, "one"), ("de", "words"), (True, "yes"), (None, "otherwise")],
)
def test_one_value_decides_as_people_read_it(value: Json, exit: str) -> None:
    exits = [equal("one", 1), equal("words", "at", "de"), equal("yes", "true")]
    params = {"by": "value", "value": "{{ input.v }}", "exits": exits}
    _, out = run_node("flow.switch", params, [{"v": value}])
    assert out == {exit: [{"v": value}]}


def test_a_missing_field_is_nothing_and_not_a_failure() -> None:
    params = {"by": "value", "value": "{{ input.gone }}", "exits": [equal("one", 1)]}
    result, out = run_node("flow.switch", params, [{}])
    assert (result.status, out) == ("succeeded", {"otherwise": [{}]})


def test_what_cannot_be_compared_fails_that_item_only() -> None:
    items: Sequence[Json] = [{"n": "many"}, {"n": 500}]
    policy = {"on_error": "error_port"}
    _, out = run_node("flow.switch", {"exits": BY_SIZE}, items, policy=policy)
    assert out["big"] == [{"n": 500}]
    (failed,) = out["error"]
    assert isinstance(failed, dict)
    assert "“many” is not a number." in str(failed["error"])


def test_wires_hold_on_to_the_identifier_whatever_the_name() -> None:
    flow = _parted({"exits": [above("big", 100) | {"name": "Renamed"}]})
    result = run_graph(flow, registry(), items=[{"n": 1}])
    assert result.status == "succeeded"
    skipped = next(step for step in result.journal.steps() if step.node == "next")
    assert skipped.why == "“parting” sent nothing by its exit “Renamed”."


def test_a_wire_from_an_exit_that_was_removed_is_a_problem_without_inner_names() -> None:
    found = validate(_parted({"exits": [above("other", 1)]}), registry())
    assert [(i.code, i.message) for i in found if i.field == "wires"] == [
        ("unknown_exit", "A wire begins at an exit of “parting” that is not there any more.")
    ]


EXITS_THAT_CANNOT_WORK: list[tuple[Mapping[str, Any], str]] = [
    ({}, "Switch has no exits yet."),
    ({"exits": [above("a", 1) | {"name": " "}]}, "Exit number 1 has no name."),
    ({"exits": [above("a", 1), above("a", 2)]}, "The exit “A” cannot be told from another."),
    ({"exits": [above("error", 1)]}, "The exit “Error” cannot be told from another."),
    ({"exits": [above("otherwise", 1)]}, "cannot be told from another"),
    ({"exits": [equal("a", 1)]}, "The exit “A” has no condition, so nothing leaves by it."),
    ({"by": "value", "exits": [above("a", 1)]}, "The exit “A” has no values"),
    ({"exits": [above("Not An Id", 1)]}, "“Exits 1 › Identifier” of “x” is not right"),
]


@pytest.mark.parametrize(("params", "sentence"), EXITS_THAT_CANNOT_WORK)
def test_exits_that_cannot_work_are_problems(params: Mapping[str, Any], sentence: str) -> None:
    found = validate(flow_of("flow.switch", params), registry())
    assert sentence in " ".join(issue.message for issue in found)


def test_an_exit_without_conditions_lets_nobody_out() -> None:
    _, out = run_node("flow.switch", {"exits": [{"id": "a", "name": "A"}]}, [{"n": 1}])
    assert out == {"otherwise": [{"n": 1}]}


def test_the_canvas_is_told_what_the_exits_hang_on() -> None:
    told = describe(Switch)
    assert told["dynamic_outputs"] == {"param": "exits", "id": "id", "label": "name"}
    assert told["outputs"] == [
        {
            "name": "otherwise",
            "label": "Otherwise",
            "only_if": {"field": "otherwise", "in": [True]},
        }
    ]


def test_where_nothing_was_kept_counting_goes_on() -> None:
    rows = [{"left": "{{ input.n }}", "operator": "greater", "right": 1000}]
    result, out = run_node("flow.filter", {"conditions": {"rows": rows}}, NUMBERS)
    assert result.status == "succeeded"
    assert out == {"kept": [], "discarded": list(NUMBERS)}


def test_stop_fails_the_run_with_its_message_and_is_not_tried_again() -> None:
    params = {"message": "No address for {{ input.id }}", "what_to_do": "Ask.", "kind": "input"}
    policy = {"retry": {"attempts": 3, "on": ["input", "other"]}}
    result, _ = run_node("flow.stop", params, [{"id": 7}, {"id": 8}], policy=policy)
    assert result.status == "failed"
    assert isinstance(result.error, dict)
    assert (result.error["message"], result.error["class"]) == ("No address for 7", "input")
    assert result.error["fix"] == "Ask."


@pytest.mark.parametrize("on_error", ["continue", "default"])
def test_stop_has_no_exit_and_does_no_harm_where_failing_is_allowed(on_error: str) -> None:
    result, _ = run_node("flow.stop", {"message": "no"}, [{}], policy={"on_error": on_error})
    assert result.status == "succeeded"


def test_stop_that_is_switched_off_lets_the_run_succeed() -> None:
    stop = node("x", "flow.stop", {"message": "no"}, disabled=True)
    assert run_graph(chain(node("start", "trigger.manual"), stop), registry()).status == "succeeded"


def _parted(params: Mapping[str, Any]) -> Document:
    nodes = [
        node("start", "trigger.manual"),
        node("parting", "flow.switch", dict(params)),
        node("next", "data.set"),
    ]
    edges = [
        {"source": "start", "target": "parting"},
        {"source": "parting", "source_port": "big", "target": "next"},
    ]
    return parse_document({"nodes": nodes, "edges": edges})
