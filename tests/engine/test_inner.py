"""Steps inside of steps: tools and turns, journalled one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from runtime.engine.history import History
from runtime.graph.document import Document
from runtime.sdk import Json
from runtime.testing import MemoryJournal, RunResult, run_graph
from tests.engine.flows import TYPES, Call, flow

RUN = UUID(int=7)
FILLED = {"value": {"$model": "what to say"}}


@pytest.fixture(autouse=True)
def _count_anew() -> None:
    Call.made = Counter()


def working(*wires: str, asks: bool = False, **tools: Any) -> Document:
    """A worker with tools between a trigger and nothing."""
    work = {"type": "test.worker", "params": {"asks": asks}}
    uses = [f"work.tools -> {key}" for key in tools]
    return flow({"start": "trigger.manual", "work": work, **tools}, "start -> work", *uses, *wires)


def run(document: Document, *items: Json, history: History | None = None) -> RunResult:
    return run_graph(document, TYPES, items=items or [{}], run_id=RUN, history=history)


def told(result: RunResult) -> list[list[Json]]:
    output: Any = result.output
    return [item["told"] for item in output]


def test_a_tool_gets_what_was_filled_in_and_reads_the_item_it_is_used_for() -> None:
    params = {**FILLED, "about": "{{ input.name }} and {{ start.name }}"}
    result = run(
        working(echo={"type": "test.echo", "params": params}), {"name": "A"}, {"name": "B"}
    )
    assert told(result) == [
        [{"value": "echo", "about": "A and A", "item": {"name": "A"}}],
        [{"value": "echo", "about": "B and B", "item": {"name": "B"}}],
    ]


def test_only_what_was_left_to_the_user_of_a_tool_can_be_filled_in() -> None:
    params = {"value": "fixed"}
    result = run(working(echo={"type": "test.echo", "params": params}))
    assert told(result) == [[{"value": "fixed", "about": "", "item": {}}]]


def test_each_has_a_row_an_address_and_a_key_of_its_own() -> None:
    result = run(working(echo={"type": "test.echo", "params": FILLED}), {"n": 1}, {"n": 2})
    inside = {(s.node, s.iteration): s.status for s in result.journal.steps() if s.iteration}
    assert inside == {
        (node, f"work.{item}:{number}"): "succeeded"
        for item in (0, 1)
        for node, number in (("work", 1), ("echo", 2), ("work", 3))
    }
    assert len(Call.made) == 6, "no two share an idempotency key"
    assert set(Call.made.values()) == {1}


def test_a_tool_that_fails_for_good_is_told_and_the_run_goes_on() -> None:
    failing = {"type": "test.effect", "params": {"fail_first": 9}}
    result = run(working(call=failing))
    assert (result.status, told(result)) == ("succeeded", [["Not yet."]])
    states = {s.node: s.status for s in result.journal.steps() if s.iteration == "work.0:2"}
    assert states == {"call": "failed"}


def test_a_value_stands_in_for_a_tool_that_failed_where_its_policy_says_so() -> None:
    policy = {"on_error": "default", "default_value": "nothing"}
    failing = {"type": "test.effect", "params": {"fail_first": 9}, "policy": policy}
    assert told(run(working(call=failing))) == [["nothing"]]


def test_a_tool_is_no_part_of_what_flows() -> None:
    result = run(working(echo={"type": "test.echo", "params": FILLED}))
    assert [s.node for s in result.journal.steps() if not s.iteration] == ["start", "work"]


def test_a_disabled_tool_is_not_offered() -> None:
    off = {"type": "test.echo", "params": FILLED, "disabled": True}
    assert told(run(working(echo=off))) == [[]]


def test_the_run_parks_while_a_step_inside_waits_and_goes_on_where_it_was() -> None:
    document = working(asks=True, echo={"type": "test.echo", "params": FILLED})
    first = run(document)
    assert first.status == "waiting"
    states = {(s.node, s.iteration): s.status for s in first.journal.steps()}
    assert states[("work", "")] == states[("work", "work.0:3")] == "waiting"
    made = Counter(Call.made)

    second = run(document, history=answered(first.journal, "yes"))
    assert second.status == "succeeded"
    assert told(second)[0][1] == {"said": "yes"}
    assert sum(made.values()) == 2, "it thought and used its tool"
    last_thought = "/".join((str(RUN), "work", "work.0:4", "0"))
    assert Call.made - made == Counter({last_thought: 1}), "and did neither again"


def test_while_one_item_waits_inside_others_go_on() -> None:
    document = working(asks=True)
    first = run(document, {"n": 1}, {"n": 2})
    waiting = [s.iteration for s in first.journal.steps() if s.status == "waiting" and s.iteration]
    assert (first.status, waiting) == ("waiting", ["work.0:2", "work.1:2"])


def test_a_flow_may_take_only_so_many_steps_inside_too() -> None:
    document = working(echo={"type": "test.echo", "params": FILLED})
    settings = document.settings.model_copy(update={"max_steps": 4})
    result = run(document.model_copy(update={"settings": settings}))
    assert result.status == "failed"
    assert "4 steps" in str(result.reason)


def answered(journal: MemoryJournal, outcome: Json) -> History:
    history = journal.history()
    history.waits = {
        place: replace(wait, status="resolved", outcome=outcome)
        for place, wait in history.waits.items()
    }
    return history
