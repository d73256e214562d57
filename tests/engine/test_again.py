"""Running again on the engine alone: what stands is not done again, and the end is the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from runtime.engine.again import FAILURE, START, PastStep, Takeover, Why, take_over
from runtime.engine.encode import decode
from runtime.engine.history import History, StoredStep
from runtime.graph.document import Document
from runtime.graph.plan import compile_plan
from runtime.sdk import Json
from runtime.testing import MemoryJournal, RunResult, run_graph
from tests.engine.flows import TYPES as ENGINE_TYPES
from tests.engine.flows import Call, flow, setting
from tests.engine.test_replay import CASES, UNTIL
from tests.support.nodes import FailTimes

TYPES = {**ENGINE_TYPES, FailTimes.type: FailTimes}
FAILS: dict[str, Any] = {"type": "test.effect", "params": {"fail_first": 1}}
HEALED: dict[str, Any] = {"type": "test.effect", "params": {"fail_first": 0}}
ONCE = {"retry": {"attempts": 1}}
TWICE = {"retry": {"attempts": 2}}
Made = set[tuple[str, str, int]]


@pytest.fixture(autouse=True)
def _count_anew() -> None:
    Call.made = Counter()


def first(document: Document, items: list[Json]) -> RunResult:
    """The run before."""
    return run_graph(document, TYPES, items=items)


def taken_over(
    journal: MemoryJournal, old: Document, since: str, new: Document | None = None
) -> Takeover:
    """What may stand of it."""
    before = compile_plan(old, TYPES)
    past = [
        PastStep(
            s.node, s.iteration, s.seq, s.status, s.output is not None, s.item_errors, _taken(s)
        )
        for s in journal.steps()
    ]
    return take_over(before, compile_plan(new, TYPES) if new else before, past, since)


def _taken(step: Any) -> dict[str, Any]:
    found = decode(step.taken)
    return found if isinstance(found, dict) else {}


def prefilled(journal: MemoryJournal, takeover: Takeover) -> History:
    """The history a new run begins with; the store does the same in SQL."""
    told = journal.history()
    history = History(seq=told.seq)
    for step in told.steps:
        if step.seq in takeover.steps:
            if step.seq in takeover.edges:
                step.taken = {"edge": takeover.edges[step.seq]}
            history.steps.append(step)
        elif step.seq in takeover.loops:
            history.steps.append(_begun(step))
    for place, tries in told.attempts.items():
        if place in takeover.items:
            good = [t for t in tries if t.status == "succeeded" and t.output is not None]
            history.attempts[place] = good
    return history


def _begun(step: StoredStep) -> StoredStep:
    return StoredStep(
        step.node, step.iteration, step.seq, "running", None, None, step.taken, step.started_at
    )


def again(
    before: RunResult, old: Document, items: list[Json], since: str, new: Document | None = None
) -> tuple[RunResult, Made, Takeover]:
    """The new run, the calls it made, and what it took over."""
    takeover = taken_over(before.journal, old, since, new)
    Call.made = Counter()
    result = run_graph(
        new or old,
        TYPES,
        items=items,
        history=prefilled(before.journal, takeover),
        response=before.journal.response() if takeover.answered else None,
    )
    return result, made(), takeover


def made() -> Made:
    """Calls that went out, as (step, iteration, item)."""
    found = set()
    for key in Call.made:
        _, rest = key.split("/", 1)
        step, rest = rest.split("/", 1)
        at, item = rest.rsplit("/", 1)
        found.add((step, at, int(item)))
    return found


@pytest.mark.parametrize("case", CASES)
def test_from_any_step_the_run_ends_the_same_and_calls_nothing_before_it(case: str) -> None:
    document, items = CASES[case]
    before = first(document, items)
    calls = made()
    keys = [node.key for node in document.nodes]
    for since in keys:
        result, new_calls, takeover = again(before, document, items, since)
        assert result.status == before.status, since
        # Whichever branch is done anew loses the race against the one that stands.
        assert result.output == before.output or case == "first join", since
        assert new_calls <= calls, since
        redone = set(takeover.redone)
        assert {step for step, _, _ in new_calls} <= redone, since
        assert redone | set(takeover.kept) == set(keys), since


def test_from_the_start_everything_is_done_again() -> None:
    document, items = CASES["nested repeats"]
    before = first(document, items)
    calls = made()
    result, new_calls, takeover = again(before, document, items, START)
    assert (result.output, new_calls) == (before.output, calls)
    assert (takeover.steps, takeover.kept) == ([], [])


def chain_that_fails(**policy: Any) -> dict[str, Any]:
    """Three calls; the second fails."""
    return {
        "start": "trigger.manual",
        "one": "test.effect",
        "two": {**FAILS, "policy": {**ONCE, **policy}},
        "three": "test.effect",
    }


CHAIN = ("start -> one", "one -> two", "two -> three")


def test_from_its_failure_what_succeeded_is_not_called_again() -> None:
    old = flow(chain_that_fails(), *CHAIN)
    new = flow({**chain_that_fails(), "two": {**HEALED, "policy": ONCE}}, *CHAIN)
    before = first(old, [{"n": 1}])
    assert before.status == "failed"
    result, calls, takeover = again(before, old, [{"n": 1}], FAILURE, new)
    assert (result.status, result.output) == ("succeeded", [{"n": 1}])
    assert calls == {("two", "", 0), ("three", "", 0)}
    assert takeover.kept == ["start", "one"]
    assert takeover.redone["two"].why is Why.CHANGED


def test_items_that_succeeded_are_not_called_again() -> None:
    params = {"when": "{{ input.bad }}", "until": 9}
    old = flow(
        {
            "start": "trigger.manual",
            "call": {"type": "test.effect", "policy": {**ONCE, "concurrency": 1}},
            "fail": {"type": "test.fail", "params": params, "policy": ONCE},
        },
        "start -> call",
        "call -> fail",
    )
    items: list[Json] = [{"bad": False}, {"bad": False}]
    journal = run_graph(old, TYPES, items=items).journal
    # As if the step had stopped after its first item.
    rows = [r for r in journal.rows if getattr(r, "node", "") != "fail"]
    cut = MemoryJournal()
    cut.rows = [
        r
        for r in rows
        if not (getattr(r, "node", "") == "call" and getattr(r, "status", "") == "succeeded")
        or getattr(r, "item", None) == 0
    ]
    before = RunResult("cancelled", None, None, None, cut)
    result, calls, takeover = again(before, old, items, FAILURE)
    assert result.status == "succeeded"
    assert calls == {("call", "", 1)}
    assert takeover.items == [("call", "")]


def test_a_run_that_went_on_past_failed_items_repeats_the_step_they_failed_in() -> None:
    old = flow(chain_that_fails(on_error="continue"), *CHAIN)
    before = first(old, [{"n": 1}, {"n": 2}])
    assert before.status == "succeeded"
    _, calls, takeover = again(before, old, [{"n": 1}, {"n": 2}], FAILURE)
    assert takeover.redone["two"].why is Why.FAILED
    assert {step for step, _, _ in calls} == {"two", "three"}


def rounds(parallel: int = 1) -> Document:
    """A Repeat over items; its third round fails."""
    return flow(
        {
            "start": "trigger.manual",
            "loop": {"type": "flow.repeat", "params": {"parallel": parallel}},
            "call": "test.effect",
            "check": {
                "type": "test.fail",
                "params": {"when": "{{ input.bad }}", "until": 9},
                "policy": ONCE,
            },
            "end": "test.blend",
        },
        "start -> loop.start",
        "loop.each_round -> call",
        "call -> check",
        "check -> loop.continue",
        "loop.finished -> end",
    )


@pytest.mark.parametrize("parallel", [1, 4])
def test_rounds_that_succeeded_stand(parallel: int) -> None:
    items: list[Json] = [{"bad": False}, {"bad": False}, {"bad": True}]
    before = first(rounds(parallel), items)
    assert before.status == "failed"
    result, calls, takeover = again(before, rounds(parallel), items, FAILURE)
    assert (result.status, calls) == ("failed", set()), "only the check is done again"
    assert len(takeover.loops) == 1
    assert takeover.redone["loop"].why in (Why.UNFINISHED, Why.AFTER)


def test_a_step_in_independent_rounds_is_done_again_in_each() -> None:
    items: list[Json] = [{"bad": False}] * 3
    before = first(rounds(), items)
    _, calls, takeover = again(before, rounds(), items, "check")
    assert calls == set()
    assert takeover.kept == ["start", "call"]
    _, calls, takeover = again(before, rounds(), items, "call")
    assert calls == {("call", f"loop:{n}", 0) for n in range(3)}


def test_a_round_that_goes_on_from_the_last_follows_it() -> None:
    before = first(UNTIL, [{"t": ""}])
    result, calls, takeover = again(before, UNTIL, [{"t": ""}], "call")
    assert result.output == before.output
    assert calls == {("call", f"loop:{n}", 0) for n in range(3)}
    stands = {s.node for s in before.journal.steps() if s.seq in takeover.steps}
    assert stands == {"start", "body"}, "the first round's body stands, no other"
    assert sum(s.node == "body" and s.seq in takeover.steps for s in before.journal.steps()) == 1


@pytest.mark.parametrize(
    ("change", "wires", "why"),
    [
        ({"one": {**HEALED}}, CHAIN, {"one": Why.CHANGED, "two": Why.AFTER}),
        ({"one": setting(n=1)}, CHAIN, {"one": Why.CHANGED, "two": Why.AFTER}),
        ({"one": {"type": "test.effect", "disabled": True}}, CHAIN, {"one": Why.CHANGED}),
        ({"one": {"type": "test.effect", "policy": TWICE}}, CHAIN, {"one": Why.CHANGED}),
        ({"one": {"type": "test.effect", "name": "Renamed"}}, CHAIN, {}),
        ({}, ("start -> one", "start -> two", "two -> three"), {"two": Why.WIRED}),
        (
            {"extra": "test.effect"},
            ("start -> extra", "extra -> one", "one -> two", "two -> three"),
            {"one": Why.WIRED, "extra": Why.NEW},
        ),
        ({"start": {"type": "trigger.webhook", "params": {"path": "x"}}}, CHAIN, {
            "start": Why.CHANGED, "one": Why.AFTER,
        }),
    ],
)  # fmt: skip
def test_only_what_is_as_it_was_stands(
    change: dict[str, Any], wires: tuple[str, ...], why: dict[str, Why]
) -> None:
    nodes = {"start": "trigger.manual", "one": "test.effect", "two": "test.effect", "three": HEALED}
    old = flow(nodes, *CHAIN)
    before = first(old, [{}])
    takeover = taken_over(before.journal, old, "three", flow({**nodes, **change}, *wires))
    found = {key: redone.why for key, redone in takeover.redone.items()}
    assert why.items() <= found.items()
    expected = {"start", "one", "two"} - set(found)
    assert set(takeover.kept) >= expected
    assert found["three"] is Why.CHOSEN


def test_what_a_first_join_took_stands_on_renumbered_wires() -> None:
    document, items = CASES["first join"]
    before = first(document, items)
    dumped = document.dump()
    shifted = Document.model_validate({**dumped, "edges": list(reversed(dumped["edges"]))})
    _, calls, takeover = again(before, document, items, "end", shifted)
    assert "merge" in takeover.kept
    assert calls == {("end", "", 0)}
    assert list(takeover.edges.values()) != []


def test_data_that_was_removed_is_made_anew() -> None:
    old = flow({"start": "trigger.manual", "one": "test.effect"}, "start -> one")
    plan = compile_plan(old, TYPES)
    past = [PastStep("start", "", 1, "succeeded", False), PastStep("one", "", 3, "failed", False)]
    takeover = take_over(plan, plan, past, FAILURE)
    assert takeover.redone["start"].why is Why.GONE
    assert takeover.steps == []
