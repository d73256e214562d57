"""Waiting and a person's own code, on the engine."""

import time
from collections.abc import Mapping
from datetime import datetime

import pytest

from runtime.engine.execution import RunExecution
from runtime.graph.document import Document
from runtime.registry import registry
from runtime.sandbox.pool import shared_sandbox
from runtime.testing import QuietWorld, run_graph
from tests.support.one_step import flow_of, outputs_of, run_node
from tests.support.stand import chain, node


def test_a_short_wait_goes_on_by_itself() -> None:
    began = time.monotonic()
    result, out = run_node("flow.wait", {"seconds": 0.2}, [{"id": 1}])
    assert (result.status, out) == ("succeeded", {"out": [{"id": 1}]})
    assert time.monotonic() - began >= 0.2


def test_a_long_wait_parks_the_run() -> None:
    document = _flow({"seconds": 3600})
    result = run_graph(document, registry())
    assert result.status == "waiting"
    assert result.journal.waits()[0].kind == "timer"


def test_a_call_that_never_comes_ends_the_wait_in_its_time() -> None:
    result, out = run_node("flow.wait", {"until": "call", "at_most": 0.1}, [{"id": 1}])
    assert result.status == "succeeded"
    assert out["out"] == [{"id": 1, "answer": None, "in_time": False}]


def test_a_call_from_outside_brings_its_answer() -> None:
    def answer(run: RunExecution) -> None:
        def now() -> None:
            waits = [p.wait for step in run.steps.values() for p in step.parked.values()]
            run.waiting.resolved(waits[0].id, expired=False, outcome={"paid": True})

        run.loop.call_later(0.2, now)

    result = run_graph(_flow({"until": "call", "at_most": 20}), registry(), act=answer)
    assert result.status == "succeeded"
    assert result.output == [{"value": None, "answer": {"paid": True}, "in_time": True}]


def test_a_call_that_never_comes_may_fail_the_step() -> None:
    params = {"until": "call", "at_most": 0.1, "too_late": "fail"}
    result, _ = run_node("flow.wait", params, [{"id": 1}])
    assert result.status == "failed"
    assert "Nobody called in time." in str(result.reason)


MOMENTS = [
    ("2030-01-31T09:00", "UTC", "2030-01-31T09:00:00+00:00"),
    ("2030-07-31T09:00", "Europe/Berlin", "2030-07-31T07:00:00+00:00"),
    ("2030-01-31T09:00+05:30", "Europe/Berlin", "2030-01-31T03:30:00+00:00"),
    ("{{ input.when }}", "America/New_York", "2030-03-04T10:00:00+00:00"),
]


@pytest.mark.parametrize(("moment", "zone", "due"), MOMENTS)
def test_a_moment_is_read_by_the_clock_of_a_place(moment: str, zone: str, due: str) -> None:
    params = {"until": "moment", "moment": moment, "zone": zone}
    result = run_graph(_flow(params), registry(), items=[{"when": "2030-03-04 05:00"}])
    assert result.status == "waiting"
    assert result.journal.waits()[0].due_at == datetime.fromisoformat(due).timestamp()


def test_an_earlier_step_knows_the_address_that_will_be_called() -> None:
    fields = [{"name": "tell", "value": "{{ run.callbacks.ask }}", "type": "text"}]
    document = chain(
        node("start", "trigger.manual"),
        node("tell", "data.set", {"fields": fields}),
        node("ask", "flow.wait", {"until": "call"}),
    )
    result = run_graph(document, registry())
    (address,) = outputs_of(result, "tell")["out"]
    assert isinstance(address, dict)
    assert str(address["tell"]).startswith("https://segue.example/api/waits/step-")


def test_a_moment_that_is_none_is_refused() -> None:
    result, _ = run_node("flow.wait", {"until": "moment", "moment": "soon"})
    assert result.status == "failed"


def test_what_code_prints_is_in_the_log_and_the_item_goes_on() -> None:
    world = QuietWorld(sandbox=shared_sandbox())
    result, out = run_node("code.python", {"code": "print(item['a'])"}, [{"a": 5}], world=world)
    assert out == {"out": [{"a": 5}]}
    assert [line.message for line in result.journal.logs()] == ["5"]


def test_code_that_fails_is_not_tried_again() -> None:
    world = QuietWorld(sandbox=shared_sandbox())
    policy = {"retry": {"attempts": 3, "on": ["code", "network"]}}
    result, _ = run_node("code.python", {"code": "1 / 0"}, world=world, policy=policy)
    assert result.status == "failed"
    assert isinstance(result.error, dict)
    assert "divided by zero" in str(result.error["message"])


def _flow(params: Mapping[str, object]) -> Document:
    return flow_of("flow.wait", params)
