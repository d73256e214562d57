"""A run is run again by its services, on both databases, with calls that a server counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import pytest

from builder.services.refusals import HasProblemsError, NotPossibleError
from builder.services.run_again import look_ahead, repeat_run
from runtime.models import Attempt, Payload, Run, Step
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


def call(key: str, server: CountingServer, **policy: Any) -> dict[str, Any]:
    """A call that is counted."""
    params = {"url": server.url}
    return {"id": key, "key": key, "type": "test.call", "params": params, "policy": policy}


def fail(key: str, when: Any = True, **policy: Any) -> dict[str, Any]:
    """A step that fails, or does so for some items."""
    return {
        "id": key,
        "key": key,
        "type": "test.fail",
        "params": {"when": when, "until": 9},
        "policy": {"retry": {"attempts": 1}, **policy},
    }


def graph(*nodes: Mapping[str, Any]) -> dict[str, Any]:
    """Steps that follow one another."""
    edges = [{"source": a["id"], "target": b["id"]} for a, b in pairwise(nodes)]
    return {"format": "segue.flow/1", "nodes": list(nodes), "edges": edges}


def again(
    house: House, run: Run, begin: str = "start", step: str | None = None, on: str = "same"
) -> Run:
    """The new run, once it is over."""
    return house.finish(repeat_run(run, begin=begin, step=step, on=on, actor=house.actor))


def called(server: CountingServer, run: Run) -> list[str]:
    """The steps that called in this run."""
    keys = [key for key, _ in server.calls]
    return [key.split("/")[1] for key in keys if key.startswith(str(run.id))]


def test_from_the_start_everything_happens_once_more(house: House, server: CountingServer) -> None:
    flow = house.flow("Start", graph(START, call("one", server), call("two", server)))
    old = house.run(flow, {"x": 1})
    new = again(house, old)
    assert (old.status, new.status, new.again_of) == ("succeeded", "succeeded", old.id)
    assert (new.mode, new.version, new.snapshot_id) == ("live", 1, old.snapshot_id)
    assert new.input == old.input
    assert called(server, new) == ["one", "two"]


def test_from_its_failure_on_the_mended_draft(house: House, server: CountingServer) -> None:
    broken = graph(START, call("one", server), fail("two"), call("three", server))
    flow = house.flow("Mended", broken)
    old = house.run(flow, [{"n": 1}, {"n": 2}])
    assert (old.status, called(server, old)) == ("failed", ["one", "one"])
    mended = graph(START, call("one", server), fail("two", when=False), call("three", server))
    house.draft(flow, mended)
    new = again(house, old, "failure", on="draft")
    assert (new.status, new.mode, new.version) == ("succeeded", "test", None)
    assert called(server, new) == ["three", "three"]
    one = house.steps(new)["one"]
    assert (one.status, "Taken over" in (one.why or "")) == ("succeeded", True)
    assert Attempt.objects.filter(run=new, node="one").count() == 2
    assert new.seq > max(Step.objects.filter(run=new).values_list("seq", flat=True)) - 1


def test_on_the_live_version_it_is_a_live_run(house: House, server: CountingServer) -> None:
    flow = house.flow("Live", graph(START, call("one", server)))
    old = house.run(flow, {}, draft=True)
    new = again(house, old, on="live")
    assert (old.mode, new.mode, new.version) == ("test", "live", 1)


def test_from_a_step_that_step_and_what_follows(house: House, server: CountingServer) -> None:
    flow = house.flow(
        "Step", graph(START, call("one", server), call("two", server), call("three", server))
    )
    old = house.run(flow)
    new = again(house, old, "step", "two")
    assert (new.status, called(server, new)) == ("succeeded", ["two", "three"])
    assert new.output == old.output
    later = again(house, new, "step", "three")
    assert called(server, later) == ["three"]
    assert later.again_of == new.id


def test_large_results_are_shared_not_copied(house: House, server: CountingServer) -> None:
    large = {"id": "big", "key": "big", "type": "data.set", "params": {
        "fields": [{"name": "text", "value": "{{ start.text }}"}]
    }}  # fmt: skip
    flow = house.flow("Large", graph(START, large, call("one", server)))
    old = house.run(flow, {"text": "x" * 300_000})
    payloads = Payload.objects.count()
    new = again(house, old, "step", "one")
    assert (new.status, Payload.objects.count()) == ("succeeded", payloads)
    assert "$payload" in (house.steps(new)["big"].output or "")


def test_rounds_that_were_done_stand(house: House, server: CountingServer) -> None:
    nodes = [
        START,
        {"id": "loop", "key": "loop", "type": "flow.repeat"},
        call("one", server),
        fail("check", when="{{ start.bad }}"),
    ]
    edges = [
        {"source": "start", "target": "loop", "target_port": "start"},
        {"source": "loop", "source_port": "each_round", "target": "one"},
        {"source": "one", "target": "check"},
        {"source": "check", "target": "loop", "target_port": "continue"},
    ]
    flow = house.flow("Rounds", {"format": "segue.flow/1", "nodes": nodes, "edges": edges})
    old = house.run(flow, [{"bad": False}, {"bad": False}, {"bad": True}])
    assert (old.status, len(called(server, old))) == ("failed", 3)
    mended = [*nodes[:3], fail("check", when=False)]
    house.draft(flow, {"format": "segue.flow/1", "nodes": mended, "edges": edges})
    new = again(house, old, "failure", on="draft")
    assert house.steps(new)["loop"].status == "succeeded"


def test_a_second_owner_goes_on_with_what_was_taken_over(
    house: House, server: CountingServer
) -> None:
    pause = {"id": "p", "key": "p", "type": "test.pause", "params": {"seconds": 0.3}}
    flow = house.flow("Owners", graph(START, call("one", server), pause, call("two", server)))
    old = house.run(flow)
    new = repeat_run(old, begin="step", step="p", on="same", actor=house.actor)
    house.work(lambda: Step.objects.filter(run_id=new, node="p").exists())
    assert Run.objects.get(id=new).status == "queued", "the first owner handed it back"
    done = house.finish(new)
    assert (done.status, called(server, done)) == ("succeeded", ["two"])


def test_what_would_happen_is_said_beforehand(house: House, server: CountingServer) -> None:
    flow = house.flow(
        "Ahead", graph(START, call("one", server), fail("two"), call("three", server))
    )
    old = house.run(flow)
    words = look_ahead(old, begin="failure", step=None, on="same")
    assert [s["key"] for s in words["kept"]] == ["start", "one"]
    assert [(s["key"], s["why"]) for s in words["redone"]] == [("two", "It failed.")]
    assert words["acts"] == []
    assert [s["key"] for s in look_ahead(old, begin="start", step=None, on="same")["acts"]] == [
        "one"
    ]


def test_what_cannot_be_repeated_says_why(house: House, server: CountingServer) -> None:
    flow = house.flow("Refused", graph(START, call("one", server)))
    old = house.run(flow)
    waiting = house.start(flow)
    with pytest.raises(NotPossibleError, match="not over yet"):
        repeat_run(waiting, begin="start", step=None, on="same", actor=house.actor)
    house.finish(waiting.id)
    with pytest.raises(NotPossibleError, match="Nothing failed"):
        repeat_run(old, begin="failure", step=None, on="same", actor=house.actor)
    with pytest.raises(NotPossibleError, match="no step called “gone”"):
        repeat_run(old, begin="step", step="gone", on="same", actor=house.actor)
    house.draft(flow, graph({**START, "key": "begin"}, call("one", server)))
    with pytest.raises(NotPossibleError, match="started by the step “start”"):
        repeat_run(old, begin="start", step=None, on="draft", actor=house.actor)
    house.draft(flow, graph(START, call("one", server), {**fail("x"), "type": "test.unknown"}))
    with pytest.raises(HasProblemsError):
        repeat_run(old, begin="start", step=None, on="draft", actor=house.actor)
    flow.delete()
    with pytest.raises(NotPossibleError, match="deleted"):
        repeat_run(old, begin="start", step=None, on="same", actor=house.actor)
