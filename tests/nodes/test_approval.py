"""A step that asks a person, on the engine: its exits, what it keeps, what it offers for mails."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from runtime.engine.execution import RunExecution
from runtime.registry import registry
from runtime.sdk import Json
from runtime.testing import run_graph
from tests.engine.flows import flow
from tests.support.one_step import flow_of, outputs_of, run_node
from tests.support.stand import chain, node

SAID: dict[str, Json] = {
    "approved": True,
    "by": "ada",
    "name": "Ada",
    "note": "fine",
    "at": "2026-03-30T09:00:00+00:00",
}
WAYS = [
    (True, "approved"),
    (False, "rejected"),
    ("true", "rejected"),  # nothing but a plain yes is one
]


@pytest.mark.parametrize(("approved", "exit_"), WAYS)
def test_it_goes_on_as_the_person_decides(approved: Json, exit_: str) -> None:
    def decide(run: RunExecution) -> None:
        def now() -> None:
            waits = [p.wait for step in run.steps.values() for p in step.parked.values()]
            run.waiting.resolved(waits[0].id, expired=False, outcome=SAID | {"approved": approved})

        run.loop.call_later(0.2, now)

    document = flow_of("flow.approval", {"question": "Refund {{ input.total }}?", "at_most": 20})
    result = run_graph(document, registry(), items=[{"total": 5}], act=decide)
    kept = {"approved": approved is True, "by": "Ada", "note": "fine", "at": SAID["at"]}
    assert result.status == "succeeded"
    assert result.output == [{"total": 5, "decision": kept}]
    assert [port for port, items in outputs_of(result, "x").items() if items] == [exit_]


LATE: list[tuple[Mapping[str, Any], str]] = [
    ({}, "succeeded"),
    ({"too_late": "fail"}, "failed"),
]


@pytest.mark.parametrize(("more", "status"), LATE)
def test_a_decision_that_never_comes(more: Mapping[str, Any], status: str) -> None:
    params = {"question": "Now?", "at_most": 0.1, **more}
    result, out = run_node("flow.approval", params, [{"id": 1}])
    assert result.status == status
    if status == "failed":
        assert "Nobody decided in time." in str(result.reason)
    else:
        none = {"approved": None, "by": None, "note": "", "at": None}
        assert out == {"late": [{"id": 1, "decision": none}]}


def test_the_question_is_kept_as_it_was_asked() -> None:
    params = {
        "question": "Refund\n {{ input.total }}?",
        "text": "For {{ input.name }}",
        "shown": [{"name": "Order", "value": "{{ input.id }}"}],
        "who": "person",
        "person": "ada@example.org",
    }
    item: Json = {"total": 5, "name": "{{ run.id }}", "id": 7}
    result = run_graph(flow_of("flow.approval", params), registry(), items=[item])
    (wait,) = result.journal.waits()
    assert (result.status, wait.kind) == ("waiting", "approval")
    assert json.loads(wait.details or b"") == {
        "question": "Refund 5?",
        "text": "For {{ run.id }}",
        "shown": [{"name": "Order", "value": "7"}],
        "note": "optional",
        "who": "person",
        "person": "ada@example.org",
    }


def test_an_earlier_step_knows_the_address_of_the_question() -> None:
    fields = [{"name": "all", "value": "{{ run.approvals.ask }}", "type": "text"}]
    document = chain(
        node("start", "trigger.manual"),
        node("tell", "data.set", {"fields": fields}),
        node("ask", "flow.approval", {"question": "Now?"}),
    )
    result = run_graph(document, registry())
    (told,) = outputs_of(result, "tell")["out"]
    assert isinstance(told, dict)
    assert str(told["all"]).startswith("https://segue.example/decide/")
    assert not any(wait.number == 0 for wait in result.journal.waits())


def test_a_person_must_be_named() -> None:
    approval = registry()["flow.approval"]
    params = approval.Params.model_validate({"question": "Now?", "who": "person"})
    assert [finding[0] for finding in approval.check(params)] == ["person"]


def test_what_was_changed_goes_on_and_what_may_be_changed_is_asked() -> None:
    changes: list[Json] = [{"field": "to.name", "before": "Ada", "after": "Grace", "by": "Bo"}]
    more: dict[str, Json] = {"answers": {"why": "late"}, "changes": changes}
    asked: list[dict[str, Any]] = []

    def decide(run: RunExecution) -> None:
        def now() -> None:
            (wait,) = [p.wait for step in run.steps.values() for p in step.parked.values()]
            asked.append(json.loads(wait.details or b""))
            run.waiting.resolved(wait.id, expired=False, outcome=SAID | more)

        run.loop.call_later(0.2, now)

    params = {
        "question": "Right?",
        "at_most": 20,
        "editable": ["to.name", "total", "to.name"],
        "fields": [{"label": "Why", "kind": "text"}],
        "needed": 2,
        "remind_after": 10,
        "escalate_after": 30,
    }
    item: Json = {"total": 5, "to": {"name": "Ada", "id": 1}}
    result = run_graph(flow_of("flow.approval", params), registry(), items=[item], act=decide)
    (out,) = outputs_of(result, "x")["approved"]
    assert isinstance(out, dict)
    assert out["to"] == {"name": "Grace", "id": 1}
    assert out["decision"]["answers"] == {"why": "late"}  # type: ignore[index, call-overload]
    (details,) = asked
    assert [one["name"] for one in details["data"]] == ["to.name", "total"]
    assert (details["needed"], details["form"][0]["label"]) == (2, "Why")
    assert "remind_at" in details
    assert "escalate_at" not in details  # nobody would be left to ask


MEND: list[tuple[dict[str, Any], str]] = [
    ({"who": "people"}, "people"),
    ({"who": "people", "people": ["ada"], "needed": 2}, "needed"),
    ({"who": "person", "person": "ada", "needed": 2}, "needed"),
    ({"fields": [{"label": "", "kind": "text"}]}, "fields.0.label"),
    ({"fields": [{"label": "A", "kind": "file"}]}, "fields.0.kind"),
]


@pytest.mark.parametrize(("params", "place"), MEND)
def test_what_cannot_work_is_said_beforehand(params: dict[str, Any], place: str) -> None:
    approval = registry()["flow.approval"]
    read = approval.Params.model_validate({"question": "Now?"} | params)
    assert [finding[0] for finding in approval.check(read)] == [place]


def test_in_a_repeat_several_questions_are_open_at_once_and_each_goes_its_own_way() -> None:
    document = flow(
        {
            "start": "trigger.manual",
            "loop": {"type": "flow.repeat", "params": {"batch_size": 2, "parallel": 2}},
            "ask": {
                "type": "flow.approval",
                "params": {"question": "{{ input.id }}?", "at_most": 20},
            },
        },
        "start -> loop.start",
        "loop.each_round -> ask",
        "ask.approved -> loop.continue",
        "ask.rejected -> loop.continue",
    )
    asked: list[str] = []

    def decide(run: RunExecution) -> None:
        def now() -> None:
            waits = [p.wait for step in run.steps.values() for p in step.parked.values()]
            for wait in waits:
                asked.append(json.loads(wait.details or b"")["question"])
                said: dict[str, Json] = SAID | {"approved": asked[-1] in ("1?", "4?")}
                run.waiting.resolved(wait.id, expired=False, outcome=said)

        run.loop.call_later(0.3, now)

    items: list[Json] = [{"id": number} for number in range(1, 5)]
    result = run_graph(document, registry(), items=items, act=decide)
    assert sorted(asked) == ["1?", "2?", "3?", "4?"]
    assert result.status == "succeeded"
    output: Any = result.output
    assert {one["id"]: one["decision"]["approved"] for one in output} == {
        1: True, 2: False, 3: False, 4: True,
    }  # fmt: skip
