"""A part of a draft runs by its services, on both databases, with calls that a server counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import orjson
import pytest

from builder.models import Flow, Pin
from builder.services.pin_data import pin_from_run, pin_values, unpin
from builder.services.publish import publish
from builder.services.refusals import HasProblemsError, NotPossibleError
from builder.services.run_again import repeat_run
from builder.services.run_part import Asked, look_at_part, run_part
from builder.services.transfer import export_flow
from runtime.graph.part import Extent
from runtime.models import Run, Step
from runtime.sdk import ErrorClass
from runtime.sdk.policy import Retry
from runtime.services.read_run import step_data
from runtime.services.simulate_retry import simulate_retry
from tests.support.counter import CountingServer, counting_server
from tests.support.house import House

START = {"id": "start", "key": "start", "type": "trigger.manual"}


@pytest.fixture(scope="module")
def server() -> Iterator[CountingServer]:
    with counting_server() as made:
        yield made


@pytest.fixture(autouse=True)
def _count_anew(server: CountingServer) -> None:
    server.calls.clear()


def call(key: str, server: CountingServer) -> dict[str, Any]:
    """A call that is counted."""
    return {"id": key, "key": key, "type": "test.call", "params": {"url": server.url}}


def put(key: str, **fields: Any) -> dict[str, Any]:
    """A step that sets fields."""
    pairs = [{"name": name, "value": value} for name, value in fields.items()]
    return {"id": key, "key": key, "type": "data.set", "params": {"fields": pairs, "keep": "none"}}


def graph(*nodes: Mapping[str, Any], edges: Any = None) -> dict[str, Any]:
    """Steps that follow one another, or are wired as said."""
    pairs = [(a["id"], b["id"]) for a, b in pairwise(nodes)] if edges is None else edges
    wires = [{"source": pair[0], "target": pair[1]} for pair in pairs]
    return {"format": "segue.flow/1", "nodes": list(nodes), "edges": wires}


def part(house: House, flow: Flow, step: str, extent: str, agreed: Any = (), **more: Any) -> Run:
    """The run of a part, once it is over."""
    flow.refresh_from_db()
    asked = Asked(step, Extent(extent), **more)
    return house.finish(run_part(flow, asked, agreed=agreed, actor=house.actor))


def look(flow: Flow, step: str, extent: str) -> dict[str, Any]:
    flow.refresh_from_db()
    ahead = look_at_part(flow, Asked(step, Extent(extent)))
    return {k: [s["key"] for s in v] if isinstance(v, list) else v for k, v in ahead.items()}


def given(house: House, run: Run, key: str) -> list[Any]:
    """What a step gave."""
    step = house.steps(run)[key]
    return [item["json"] for item in orjson.loads(step.output or "{}")["out"]]


def called(server: CountingServer, run: Run) -> list[str]:
    keys = [key for key, _ in server.calls]
    return [key.split("/")[1] for key in keys if key.startswith(str(run.id))]


def test_one_step_runs_alone_with_data_of_the_last_run(
    house: House, server: CountingServer
) -> None:
    end = put("end", x="{{ start.n }}")
    flow = house.flow("Alone", graph(START, call("one", server), end, call("two", server)))
    old = house.run(flow, {"n": 7})
    house.draft(flow, graph(START, call("one", server), put("end", x="now {{ start.n }}")))
    run = part(house, flow, "end", "only")
    assert (run.status, run.mode, run.again_of) == ("succeeded", "test", old.id)
    assert given(house, run, "end") == [{"x": "now 7"}]
    assert called(server, run) == []
    assert set(house.steps(run)) == {"start", "one", "end"}


def test_without_data_a_step_does_not_run_alone_and_says_where_to_get_some(
    house: House, server: CountingServer
) -> None:
    flow = house.flow("Bare", graph(START, call("one", server), put("end", x=1)), live=False)
    with pytest.raises(NotPossibleError, match="no data of “one” yet"):
        part(house, flow, "end", "only")
    assert look(flow, "end", "only")["lacking"] == ["one"]


def test_a_step_after_the_trigger_runs_alone_with_its_sample(house: House) -> None:
    start = START | {"params": {"sample": {"n": 3}}}
    flow = house.flow("Sample", graph(start, put("end", x="{{ start.n }}")), live=False)
    assert given(house, part(house, flow, "end", "only"), "end") == [{"x": 3}]


def test_to_here_does_only_what_is_needed_and_asks_before_it_reaches_outside(
    house: House, server: CountingServer
) -> None:
    nodes = (START, call("one", server), put("end", x=1), call("aside", server))
    edges = [("start", "one"), ("one", "end"), ("start", "aside")]
    flow = house.flow("To here", graph(*nodes, edges=edges), live=False)
    ahead = look(flow, "end", "to")
    assert (ahead["doing"], ahead["acts"]) == (["start", "one", "end"], ["one"])
    with pytest.raises(NotPossibleError, match="would also do “one”, which reaches outside"):
        part(house, flow, "end", "to")
    assert not server.calls
    first = part(house, flow, "end", "to", agreed=["one"])
    assert called(server, first) == ["one"]
    again = part(house, flow, "end", "to")  # the data is good: nobody has to agree to anything
    assert called(server, again) == []
    assert again.again_of == first.id


def test_data_of_a_step_that_was_changed_is_not_good(house: House, server: CountingServer) -> None:
    flow = house.flow("Changed", graph(START, put("a", x=1), put("b", y="{{ a.x }}")))
    house.run(flow)
    house.draft(flow, graph(START, put("a", x=2), put("b", y="{{ a.x }}")))
    assert look(flow, "b", "to")["doing"] == ["a", "b"]
    assert given(house, part(house, flow, "b", "to"), "b") == [{"y": 2}]


def test_from_here_does_what_follows_and_nothing_before(
    house: House, server: CountingServer
) -> None:
    nodes = (START, call("one", server), put("mid", x=1), call("two", server))
    flow = house.flow("From here", graph(*nodes))
    house.run(flow)
    assert look(flow, "mid", "from")["acts"] == ["two"]
    run = part(house, flow, "mid", "from", agreed=["two"])
    assert (called(server, run), run.status) == (["two"], "succeeded")


def test_a_pin_stands_in_for_a_step_and_for_what_leads_to_it(
    house: House, server: CountingServer
) -> None:
    flow = house.flow(
        "Pinned",
        graph(START, call("one", server), call("two", server), put("end", x="{{ two.v }}")),
    )
    pin_values(flow, "two", {"out": [{"v": 1}, {"v": 2}]}, actor=house.actor)
    run = part(house, flow, "end", "only")
    assert given(house, run, "end") == [{"x": 1}, {"x": 2}]
    assert set(house.steps(run)) == {"start", "two", "end"}
    assert (called(server, run), house.steps(run)["two"].attempts) == ([], 0)


def test_what_was_made_of_other_data_than_is_pinned_is_made_anew(house: House) -> None:
    flow = house.flow("Anew", graph(START, put("a", x=1), put("b", y="{{ a.x }}"), put("c", z=1)))
    house.run(flow)
    assert look(flow, "c", "only")["lacking"] == []
    pin_values(flow, "a", {"out": [{"x": 5}]}, actor=house.actor)
    assert look(flow, "c", "only")["lacking"] == ["b"]
    first = part(house, flow, "c", "to")
    assert given(house, first, "b") == [{"y": 5}]
    assert look(flow, "c", "only")["lacking"] == []  # the last run had the very pin
    unpin(flow, "a", actor=house.actor)
    assert look(flow, "c", "to")["kept"] == ["start", "a", "b"]  # of the run before it


def test_pins_act_in_tests_of_the_draft_and_never_in_live_runs(
    house: House, server: CountingServer
) -> None:
    flow = house.flow("Live", graph(START, call("one", server), put("end", x="{{ one.v }}")))
    pin_values(flow, "one", {"out": [{"v": 9}]}, actor=house.actor)
    test = house.run(flow, {}, draft=True)
    assert (given(house, test, "end"), called(server, test)) == ([{"x": 9}], [])
    live = house.run(flow, {})
    assert called(server, live) == ["one"]
    again = house.finish(repeat_run(test, begin="step", step="end", on="live", actor=house.actor))
    assert (again.mode, called(server, again)) == ("live", ["one"])


def test_pins_are_neither_published_nor_exported(house: House) -> None:
    flow = house.flow("Private", graph(START, put("a", x=1)), live=False)
    pin_values(flow, "a", {"out": [{"x": "secret sample"}]}, actor=house.actor)
    flow.refresh_from_db()
    publish(flow, revision=flow.draft_revision, actor=house.actor, note="")
    assert "secret sample" not in orjson.dumps(flow.draft).decode()
    assert "secret sample" not in str(export_flow(flow, actor=house.actor))


def test_a_pinned_step_gives_its_data_to_a_part_and_stays_dead_on_a_dead_path(house: House) -> None:
    other = {"id": "if", "key": "if_", "type": "flow.if"}
    rows = {
        "match": "all",
        "rows": [{"left": "{{ start.n }}", "operator": "greater", "right": 5}],
    }
    nodes = (
        START,
        other | {"params": {"conditions": rows}},
        put("a", x=1),
        put("b", y="{{ a.x }}"),
    )
    wires = graph(*nodes, edges=[("start", "if"), ("a", "b")])
    wires["edges"].append({"source": "if", "source_port": "true", "target": "a"})
    flow = house.flow("Dead", wires)
    house.run(flow, {"n": 2})
    pin_values(flow, "a", {"out": [{"x": 4}]}, actor=house.actor)
    assert given(house, part(house, flow, "b", "only"), "b") == [{"y": 4}]
    steps = house.steps(house.run(flow, {"n": 2}, draft=True))
    assert steps["b"].status == "skipped"


def test_what_comes_after_a_pin_still_reads_what_was_before_it(house: House) -> None:
    nodes = (START, put("a", x=1), put("b", x=2), put("c", n="{{ start.n }}", x="{{ b.x }}"))
    flow = house.flow("Across", graph(*nodes))
    pin_values(flow, "b", {"out": [{"x": 5}, {"x": 6}]}, actor=house.actor)
    expected = [{"n": 1, "x": 5}, {"n": 1, "x": 6}]
    assert given(house, part(house, flow, "c", "to", given={"n": 1}), "c") == expected
    assert given(house, house.run(flow, {"n": 1}, draft=True), "c") == expected
    two = house.run(flow, [{"n": 1}, {"n": 2}], draft=True)
    assert given(house, two, "c") == [{"n": 1, "x": 5}, {"n": 2, "x": 6}]


def test_data_of_a_past_run_is_pinned_and_outlives_it(house: House) -> None:
    flow = house.flow("Past", graph(START, put("a", x="{{ start.n }}"), put("b", y="{{ a.x }}")))
    old = house.run(flow, [{"n": 1}, {"n": 2}])
    pin = pin_from_run(flow, "a", old, iteration="", actor=house.actor)
    assert (pin.run_id, pin.edited) == (old.id, False)
    pin_from_run(flow, "start", old, iteration="", actor=house.actor)
    Step.objects.filter(run=old).delete()
    assert given(house, part(house, flow, "b", "only"), "b") == [{"y": 1}, {"y": 2}]
    assert given(house, part(house, flow, "start", "only"), "start") == [{"n": 1}, {"n": 2}]


def test_a_step_that_is_not_ready_does_not_keep_others_from_running(house: House) -> None:
    broken = {"id": "web", "key": "web", "type": "http.request"}
    flow = house.flow("Unfinished", graph(START, put("a", x=1), broken), live=False)
    assert part(house, flow, "a", "to").status == "succeeded"
    with pytest.raises(HasProblemsError):
        part(house, flow, "web", "to")


def test_a_step_nothing_leads_to_begins_with_what_starts_the_flow(house: House) -> None:
    flow = house.flow("Loose", graph(START, put("a", x="{{ input.n }}"), edges=[]), live=False)
    assert given(house, part(house, flow, "a", "only", given={"n": 8}), "a") == [{"x": 8}]


def repeated(house: House, server: CountingServer, name: str) -> Flow:
    loop = {"id": "loop", "key": "loop", "type": "flow.repeat"}
    nodes = (START, loop, call("inside", server), put("end", x=1))
    wired = graph(*nodes, edges=[("start", "loop")])
    wired["edges"] += [
        {"source": "loop", "source_port": "each_round", "target": "inside"},
        {"source": "inside", "target": "loop", "target_port": "continue"},
        {"source": "loop", "source_port": "finished", "target": "end"},
    ]
    wired["edges"][0]["target_port"] = "start"
    return house.flow(name, wired, live=False)


def test_a_step_in_rounds_runs_with_its_rounds_or_not_at_all(
    house: House, server: CountingServer
) -> None:
    flow = repeated(house, server, "Rounds")
    with pytest.raises(NotPossibleError, match="rounds of “loop”"):
        part(house, flow, "inside", "only")
    run = part(house, flow, "inside", "to", given=[{"n": 1}, {"n": 2}])
    assert called(server, run) == ["inside", "inside"]
    assert "end" not in house.steps(run)
    after = part(house, flow, "end", "only")
    assert (called(server, after), after.status) == ([], "succeeded")


def test_what_cannot_be_pinned_is_refused_in_words(house: House, server: CountingServer) -> None:
    flow = repeated(house, server, "No pin")
    cases: list[tuple[str, dict[str, list[Any]], str]] = [
        ("loop", {"finished": [1]}, "goes round with other steps"),
        ("end", {"sideways": [1]}, "no exit “sideways”"),
        ("end", {"out": ["x" * 1_000_001]}, "too much to pin"),
        ("gone", {"out": [1]}, "not in the draft any more"),
    ]
    for node, outputs, words in cases:
        with pytest.raises(NotPossibleError, match=words):
            pin_values(flow, node, outputs, actor=house.actor)
    assert not Pin.objects.filter(flow=flow).exists()


def test_a_rule_is_held_against_the_failures_of_the_step(house: House) -> None:
    failing = {
        "id": "f",
        "key": "f",
        "type": "test.fail",
        "params": {"when": True, "until": 2},
        "policy": {"retry": {"attempts": 3, "delay_seconds": 0.01, "on": ["network"]}},
    }
    flow = house.flow("Failing", graph(START, failing))
    house.run(flow, [{"n": 1}, {"n": 2}])

    def under(attempts: int) -> dict[str, Any]:
        answer = simulate_retry(
            workspace_id=flow.workspace_id,
            flow_id=flow.id,
            key="f",
            retry=Retry(attempts=attempts, delay_seconds=0.01, on=tuple(ErrorClass)),
            timeout=None,
        )
        assert len(answer["tries"]) == attempts
        return dict(answer["past"])

    assert under(3)["failures"] == 2
    assert (under(3)["saved"], under(1)["saved"], under(1)["failed"]) == (2, 0, 2)


def test_words_are_found_in_all_items_and_not_only_on_a_page(house: House) -> None:
    flow = house.flow("Many", graph(START, put("a", name="{{ input.name }}")))
    names = [{"name": f"Person {n}"} for n in range(300)]
    run = house.run(flow, [*names, {"name": "Someone Else"}])

    def looked(search: str) -> dict[str, Any]:
        found = step_data(run, "a", iteration="", port=None, offset=0, limit=20, search=search)
        return found["output"]["out"]

    found = looked("someone")
    assert (found["total"], found["items"][0]["json"]) == (1, {"name": "Someone Else"})
    assert looked("")["total"] == 301
