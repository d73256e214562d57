"""Waits while a run is held in memory, and what a new owner makes of those it finds."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.engine.execution import RunExecution
from runtime.engine.rows import Row, RunRow, WaitRow
from runtime.graph.document import Document
from runtime.graph.parse import parse_document
from runtime.registry import registry
from runtime.sdk import Node
from runtime.testing import MemoryJournal, run_graph
from runtime.testing.clock import FixedClock
from tests.support import nodes as test_nodes
from tests.support.stand import chain, node

TYPES: dict[str, type[Node]] = {
    **registry(),
    **{
        made.type: made
        for made in vars(test_nodes).values()
        if isinstance(made, type) and issubclass(made, Node) and "type" in vars(made)
    },
}
CALL = {"until": "call", "at_most": 0.1}


def waiting(params: dict[str, Any], **policy: Any) -> Document:
    return chain(
        node("start", "trigger.manual"),
        node("wait", "flow.wait", params, policy=policy),
        node("end", "data.set"),
    )


class AnsweredJournal(MemoryJournal):
    """Somebody answers in the very moment in which the owner's clock says that it is too late."""

    def write(self, *rows: Row) -> None:
        super().write(*rows)
        for row in rows:
            if isinstance(row, WaitRow) and row.status == "expired":
                row.status, row.outcome = "resolved", b'"just in time"'


def test_who_answered_before_the_time_was_up_is_heard() -> None:
    result = run_graph(waiting(CALL), TYPES, items=[{"id": 1}], journal=AnsweredJournal())
    assert result.output == [{"id": 1, "answer": "just in time", "in_time": True}]


def test_nothing_begins_in_a_run_that_is_being_parked() -> None:
    """What began now could be written together with the parking, and nobody would go on."""
    journal = MemoryJournal()
    after: list[Row] = []

    def act(run: RunExecution) -> None:
        def on_row(row: Row) -> None:
            if isinstance(row, RunRow) and row.status == "waiting":
                (wait,) = journal.waits()
                run.loop.call_soon(
                    lambda: run.waiting.resolved(wait.id, expired=False, outcome="too late here")
                )
            elif journal.run_rows():
                after.append(row)

        journal.on_row = on_row

    result = run_graph(waiting({"until": "call"}), TYPES, journal=journal, act=act)
    assert result.status == "waiting"
    assert after == []


def test_tries_with_long_pauses_between_them_end_also_in_memory() -> None:
    """Another branch holds the run, so its long pauses are not parked but slept through."""
    retry = {"attempts": 3, "delay_seconds": 0.02, "jitter": "none", "backoff": "constant"}
    graph = {
        "nodes": [
            node("start", "trigger.manual"),
            node("busy", "test.pause", {"seconds": 0.6}),
            node("bad", "test.fail", policy={"retry": retry | {"on": ["network"]}}),
        ],
        "edges": [{"source": "start", "target": "busy"}, {"source": "start", "target": "bad"}],
    }

    def act(run: RunExecution) -> None:
        run.park_after = 0.0

    result = run_graph(parse_document(graph), TYPES, act=act)
    assert result.status == "failed"
    assert [row.number for row in result.journal.attempts() if row.node == "bad"] == [1, 2, 3]


def test_a_step_may_wait_several_times_and_try_again_in_between() -> None:
    document = chain(node("start", "trigger.manual"), node("again", "test.waits_again"))
    result = run_graph(document, TYPES)
    assert result.output == [{"attempt": 2, "details": {"round": 3}}]
    waits = result.journal.waits()
    assert {wait.status for wait in waits} == {"closed"}


class HastyClock(FixedClock):
    """Hours pass between two looks at it."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    def now(self) -> float:
        self.looks += 1
        return super().now() + self.looks * 3600


def test_the_settings_of_a_try_are_the_same_after_its_wait() -> None:
    """A formula or `now` resolved anew would give one try two bodies."""
    seen: list[object] = []

    class Remembers(test_nodes.WaitsAgain):
        type = "test.remembers"

        class Params(test_nodes.FailTimes.Params):
            pass

        async def run(self, params: Any, ctx: Any) -> Any:
            seen.append(params.message)
            return await super().run(params, ctx)

        async def resume(self, params: Any, ctx: Any, resumed: Any) -> Any:
            seen.append(params.message)
            return await super().resume(params, ctx, resumed)

    document = chain(
        node("start", "trigger.manual"), node("x", "test.remembers", {"message": "{{ now }}"})
    )

    def act(run: RunExecution) -> None:
        run.clock = HastyClock()

    run_graph(document, {**TYPES, "test.remembers": Remembers}, act=act)
    assert len(seen) == 5
    assert len(set(seen)) == 1


LATER: list[tuple[str, dict[str, Any], Any]] = [
    ("wait", CALL, {"id": 1, "answer": None, "in_time": False}),
    ("wait", {"seconds": 0.05}, {"id": 1}),
]


@pytest.mark.parametrize(("key", "params", "output"), LATER)
def test_wherever_the_owner_dies_the_next_one_goes_on(
    key: str, params: dict[str, Any], output: Any
) -> None:
    whole = run_graph(waiting(params), TYPES, items=[{"id": 1}])
    for rows in range(1, len(whole.journal.rows)):
        journal = MemoryJournal(crash_after=rows)
        run_graph(waiting(params), TYPES, items=[{"id": 1}], journal=journal)
        again = run_graph(waiting(params), TYPES, items=[{"id": 1}], history=journal.history())
        assert (again.status, again.output) == ("succeeded", [output]), rows
