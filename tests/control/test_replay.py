"""A recorded call is tried on the draft: the record answers, and nothing leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from builder.services.run_again import repeat_run, replay_run
from runtime.models import Attempt, Run
from tests.control.test_again import START, call, fail, graph
from tests.support.counter import CountingServer, counting_server
from tests.support.house import House

WAIT = {"id": "w", "key": "w", "type": "flow.wait", "params": {"seconds": 0.01}}


@pytest.fixture(scope="module")
def server() -> Iterator[CountingServer]:
    with counting_server() as made:
        yield made


def put(value: str) -> dict[str, Any]:
    """A step that stays inside."""
    params = {"fields": [{"name": "said", "value": value}]}
    return {"id": "put", "key": "put", "type": "data.set", "params": params}


def replayed(house: House, server: CountingServer, run: Run) -> Run:
    """The try, once it is over; nothing may have been sent."""
    sent = sum(server.calls.values())
    new = house.finish(replay_run(run, actor=house.actor))
    assert sum(server.calls.values()) == sent, "something was sent"
    return new


def test_the_record_answers_and_the_draft_goes_on(house: House, server: CountingServer) -> None:
    flow = house.flow("Try", graph(START, call("one", server), WAIT, put("old")))
    old = house.run(flow, [{"n": 1}, {"n": 2}])
    assert old.status == "succeeded"
    house.draft(flow, graph(START, call("one", server), WAIT, put("new {{ one.answer }}")))
    new = replayed(house, server, old)
    assert (new.status, new.mode, new.again_of, new.replays) == (
        "succeeded", "test", old.id, old.id,
    )  # fmt: skip
    assert new.output == '[{"answer":"ok","said":"new ok"},{"answer":"ok","said":"new ok"}]'
    one = house.steps(new)["one"]
    assert one.why == "Answered by the recorded run; nothing was sent."
    assert Attempt.objects.filter(run=new, node="one", status="succeeded").count() == 2


def test_changed_settings_are_answered_all_the_same_and_said(
    house: House, server: CountingServer
) -> None:
    flow = house.flow("Changed", graph(START, call("one", server)))
    old = house.run(flow)
    elsewhere = call("one", server)
    elsewhere["params"] = {"url": "http://127.0.0.1:9/{{ start.x ?? 1 }}"}
    house.draft(flow, graph(START, elsewhere))
    new = replayed(house, server, old)
    assert (new.status, new.output) == ("succeeded", old.output)
    assert "settings have changed" in (house.steps(new)["one"].why or "")


def test_what_was_not_recorded_fails_with_a_sentence(house: House, server: CountingServer) -> None:
    flow = house.flow("Missing", graph(START, call("one", server)))
    old = house.run(flow)
    house.draft(flow, graph(START, call("one", server), call("two", server)))
    new = replayed(house, server, old)
    assert (new.status, house.steps(new)["two"].status) == ("failed", "failed")
    assert "Nothing was recorded for “two”" in (new.reason or "")
    assert "Test the draft" in (new.error or "")


def test_a_recorded_failure_fails_again_but_is_not_tried_again(
    house: House, server: CountingServer
) -> None:
    broken = fail("one")
    flow = house.flow("Failure", graph(START, broken))
    old = house.run(flow)
    house.draft(flow, graph(START, {**broken, "policy": {"on_error": "continue"}}, put("went on")))
    new = replayed(house, server, old)
    assert (new.status, new.partial_errors) == ("succeeded", 1)
    assert Attempt.objects.filter(run=new, node="one").count() == 1


def test_items_of_a_failed_step_answer_as_they_did(house: House, server: CountingServer) -> None:
    flow = house.flow(
        "Items", graph(START, fail("check", when="{{ input.bad }}", on_error="continue"))
    )
    old = house.run(flow, [{"bad": False}, {"bad": True}])
    new = replayed(house, server, old)
    assert (new.partial_errors, new.output) == (1, old.output)


def test_a_try_that_is_run_again_still_sends_nothing(house: House, server: CountingServer) -> None:
    flow = house.flow("Twice", graph(START, call("one", server)))
    old = house.run(flow)
    first = replayed(house, server, old)
    sent = sum(server.calls.values())
    again = repeat_run(first, begin="start", step=None, on="same", actor=house.actor)
    second = house.finish(again)
    assert (second.status, second.replays, sum(server.calls.values())) == (
        "succeeded", old.id, sent,
    )  # fmt: skip


def test_a_second_owner_sends_nothing_either(house: House, server: CountingServer) -> None:
    flow = house.flow("Owner", graph(START, call("one", server), WAIT, call("two", server)))
    old = house.run(flow)
    sent = sum(server.calls.values())
    new = replay_run(old, actor=house.actor)
    house.work(lambda: Run.objects.get(id=new).status != "queued")
    assert house.finish(new).status == "succeeded"
    assert sum(server.calls.values()) == sent


def test_a_step_that_only_says_it_stays_inside_sends_nothing(
    house: House, server: CountingServer
) -> None:
    flow = house.flow("Sneaky", graph(START))
    old = house.run(flow)
    sneaky = {"id": "s", "key": "s", "type": "test.sneaky", "params": {"url": server.url}}
    house.draft(flow, graph(START, sneaky))
    new = replayed(house, server, old)
    assert (new.status, "Nothing is sent while" in (new.reason or "")) == ("failed", True)
