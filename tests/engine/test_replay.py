"""The owner is killed after every single row; the next one goes on and ends the same way."""

from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from runtime.engine.encode import decode
from runtime.engine.history import History
from runtime.engine.rows import StepRow
from runtime.graph.document import Document
from runtime.sdk import Json
from runtime.testing import MemoryJournal, RunResult, run_graph
from tests.engine.flows import TYPES, Call, flow, setting

QUICK_RETRY = {"retry": {"attempts": 3, "delay_seconds": 0.001}}
NESTED = flow(
    {
        "start": "trigger.manual",
        "outer": "flow.repeat",
        "split": {"type": "data.split_out", "params": {"list": "{{ input.list }}"}},
        "inner": {"type": "flow.repeat", "params": {"parallel": 2}},
        "call": "test.effect",
        "note": setting(of="{{ start.name }}", round="{{ repeat.number }}"),
        "end": "test.blend",
    },
    "start -> outer.start",
    "outer.each_round -> split",
    "split -> inner.start",
    "inner.each_round -> call",
    "call -> note",
    "note -> inner.continue",
    "inner.finished -> outer.continue",
    "outer.finished -> end",
)
UNTIL = flow(
    {
        "start": "trigger.manual",
        "loop": {
            "type": "flow.repeat",
            "params": {
                "over": "until",
                "collect": "last",
                "until": {
                    "match": "all",
                    "rows": [{"left": "{{ input.t }}", "operator": "equals", "right": "xxx"}],
                },
            },
        },
        "body": setting(t="{{ input.t }}x"),
        "call": "test.effect",
    },
    "start -> loop.start",
    "loop.each_round -> body",
    "body -> call",
    "call -> loop.continue",
)
FIRST = flow(
    {
        "start": "trigger.manual",
        "slow": {"type": "test.sleepy", "params": {"seconds": 0.02}},
        "mark": setting(by="slow"),
        "quick": setting(by="quick"),
        "merge": {"type": "flow.merge", "params": {"how": "first"}},
        "end": "test.effect",
    },
    "start -> slow",
    "slow -> mark",
    "start -> quick",
    "mark -> merge.a",
    "quick -> merge.b",
    "merge -> end",
)
BRANCHES = flow(
    {
        "start": "trigger.manual",
        "gate": {
            "type": "flow.if",
            "params": {
                "conditions": {
                    "match": "all",
                    "rows": [{"left": "{{ input.n }}", "operator": "greater", "right": 1}],
                }
            },
        },
        "big": "test.effect",
        "small": "test.sleepy",
        "merge": "flow.merge",
        "end": setting(n="{{ start.n }}"),
    },
    "start -> gate",
    "gate.true -> big",
    "gate.false -> small",
    "big -> merge.a",
    "small -> merge.b",
    "merge -> end",
)
WAITS = flow(
    {
        "start": "trigger.manual",
        "wait": {"type": "flow.wait", "params": {"seconds": 0.02}},
        "call": {"type": "test.effect", "params": {"fail_first": 1}, "policy": QUICK_RETRY},
        "end": setting(done=True),
    },
    "start -> wait",
    "wait -> call",
    "call -> end",
)
ANSWERS = flow(
    {
        "start": "trigger.manual",
        "call": "test.effect",
        "answer": {"type": "flow.respond", "params": {"body": {"n": "{{ input | length }}"}}},
        "later": "test.effect",
        "second": {"type": "flow.respond", "params": {"body": "second"}},
    },
    "start -> call",
    "call -> answer",
    "answer -> later",
    "later -> second",
)
TOOLS = flow(
    {
        "start": "trigger.manual",
        "name": setting(name="{{ input.n }}"),
        "work": {"type": "test.worker", "policy": QUICK_RETRY},
        "echo": {
            "type": "test.echo",
            "params": {"value": {"$model": "what to say"}, "about": "{{ name.name }}"},
        },
        "call": {"type": "test.effect", "params": {"fail_first": 1}, "policy": QUICK_RETRY},
        "deep": {"type": "test.worker"},
        "end": setting(done=True),
    },
    "start -> name",
    "name -> work",
    "work.tools -> echo",
    "work.tools -> call",
    "work.tools -> deep",
    "deep.tools -> echo",
    "work -> end",
)
TIGHT = NESTED.model_copy(update={"settings": NESTED.settings.model_copy(update={"max_steps": 14})})
LISTS: list[Json] = [{"name": "A", "list": [1, 2]}, {"name": "B", "list": [3]}]
NUMBERS: list[Json] = [{"n": 1}, {"n": 2}, {"n": 3}]
CASES: dict[str, tuple[Document, list[Json]]] = {
    "nested repeats": (NESTED, LISTS),
    "until": (UNTIL, [{"t": ""}]),
    "first join": (FIRST, [{}]),
    "branches": (BRANCHES, NUMBERS),
    "waits and tries": (WAITS, NUMBERS),
    "answers": (ANSWERS, NUMBERS),
    "steps inside of steps": (TOOLS, NUMBERS[:2]),
    "as many steps as allowed": (TIGHT, LISTS),
}


@pytest.fixture(autouse=True)
def _count_anew() -> None:
    Call.made = Counter()


RUN = UUID(int=7)


def run(
    document: Document,
    items: list[Json],
    *,
    crash_after: int | None = None,
    hears: bool = False,
    before: MemoryJournal | None = None,
    history: History | None = None,
) -> RunResult:
    """A run, or the rest of one; always the same run, so that its calls have the same keys."""
    history = history or (before.history() if before else None)
    return run_graph(
        document,
        TYPES,
        items=items,
        journal=MemoryJournal(crash_after, hears=hears),
        history=history,
        response=before.response() if before else None,
        run_id=RUN,
    )


HEARS = pytest.mark.parametrize("hears", [False, True], ids=["before", "after"])


@HEARS
@pytest.mark.parametrize("case", CASES)
def test_killed_after_any_row_the_next_owner_ends_the_same_way(case: str, hears: bool) -> None:
    """Before it hears that the row was kept, or in the middle of what it does next."""
    document, items = CASES[case]
    whole = run(document, items)
    assert whole.status == "succeeded", whole.reason
    for rows in range(1, len(whole.journal.rows)):
        first = run(document, items, crash_after=rows, hears=hears)
        rest = run(document, items, before=first.journal)
        assert succeeded_twice(joined(first.journal, rest.journal)) == set(), rows
        assert (rest.status, rest.output) == ("succeeded", whole.output), rows
        assert recorded_twice(first.journal, rest.journal) == set(), rows
        assert statuses(first.journal, rest.journal) == statuses(whole.journal), rows


def test_killed_twice_the_third_owner_ends_the_same_way() -> None:
    whole = run(NESTED, LISTS)
    for rows in range(2, len(whole.journal.rows), 3):
        first = run(NESTED, LISTS, crash_after=rows)
        second = run(NESTED, LISTS, crash_after=3, before=first.journal)
        both = joined(first.journal, second.journal)
        third = run(NESTED, LISTS, before=both)
        assert (third.status, third.output) == ("succeeded", whole.output), rows


def test_a_run_that_is_over_has_nothing_left_to_do() -> None:
    whole = run(NESTED, LISTS)
    made = dict(Call.made)
    again = run(NESTED, LISTS, before=whole.journal)
    assert (again.output, again.journal.steps()) == (whole.output, [])
    assert made == Call.made


EFFECTS = [
    ("retry", "succeeded", 2),
    ("ask", "waiting", 1),
    ("fail", "failed", 1),
]


@HEARS
@pytest.mark.parametrize(("on_unknown", "status", "most"), EFFECTS)
def test_an_effect_of_which_nobody_knows_follows_its_policy(
    on_unknown: str, status: str, most: int, hears: bool
) -> None:
    document = flow(
        {"start": "trigger.manual", "call": effect(on_unknown), "end": setting(done=True)},
        "start -> call",
        "call -> end",
    )
    total = len(run(document, [{}]).journal.rows)
    ended = set()
    for rows in range(1, total):
        Call.made.clear()
        first = run(document, [{}], crash_after=rows, hears=hears)
        rest = run(document, [{}], before=first.journal)
        ended.add(rest.status)
        assert succeeded_twice(joined(first.journal, rest.journal)) == set(), rows
        assert all(times <= most for times in Call.made.values()), rows
        lost = [a for a in rest.journal.attempts() if a.status == "lost"]
        assert rest.status == (status if lost else "succeeded"), rows
    assert status in ended


@pytest.mark.parametrize("on_unknown", ["ask", "fail"])
def test_a_second_crash_does_not_make_an_unknown_effect_happen_again(on_unknown: str) -> None:
    document = flow({"start": "trigger.manual", "call": effect(on_unknown)}, "start -> call")
    first = run(document, [{}], crash_after=3)
    assert [a.status for a in first.journal.attempts()] == ["running"]
    Call.made.clear()
    for rows in range(1, 5):
        second = run(document, [{}], crash_after=rows, before=first.journal)
        run(document, [{}], before=joined(first.journal, second.journal))
    assert not Call.made


CHOICES = [("repeat", "succeeded", [{}], 1), ("done", "succeeded", [{"id": 9}], 0)]


@pytest.mark.parametrize(("choice", "status", "output", "calls"), CHOICES)
def test_a_person_says_whether_it_happened(
    choice: str, status: str, output: Json, calls: int
) -> None:
    asked = asked_for_a_decision()
    history = decided(asked, {"choice": choice, "output": {"id": 9}})
    rest = run(ASKING, [{}], history=history)
    assert (rest.status, rest.output, sum(Call.made.values())) == (status, output, calls)


def test_a_person_may_stop_the_run_instead() -> None:
    rest = run(ASKING, [{}], history=decided(asked_for_a_decision(), {"choice": "stop"}))
    assert rest.status == "failed"
    assert "A person decided" in str(rest.reason)


def test_tries_made_before_a_crash_count() -> None:
    policy = {"retry": {"attempts": 3, "delay_seconds": 0.001}}
    call = {"type": "test.effect", "params": {"fail_first": 9}, "policy": policy}
    document = flow({"start": "trigger.manual", "call": call}, "start -> call")
    whole = run(document, [{}])
    for rows in range(1, len(whole.journal.rows)):
        first = run(document, [{}], crash_after=rows)
        rest = run(document, [{}], before=first.journal)
        assert rest.status == "failed"
        attempts = joined(first.journal, rest.journal).attempts()
        assert sum(a.status == "failed" for a in attempts) == 3, rows


def effect(on_unknown: str) -> dict[str, Any]:
    return {"type": "test.effect", "policy": {"on_unknown": on_unknown}}


ASKING = flow({"start": "trigger.manual", "call": effect("ask")}, "start -> call")


def asked_for_a_decision() -> MemoryJournal:
    first = run(ASKING, [{}], crash_after=3)
    second = run(ASKING, [{}], before=first.journal)
    assert second.status == "waiting"
    Call.made.clear()
    return joined(first.journal, second.journal)


def decided(journal: MemoryJournal, outcome: Json) -> History:
    history = journal.history()
    history.waits = {
        place: replace(wait, status="resolved", outcome=outcome)
        for place, wait in history.waits.items()
    }
    return history


def succeeded_twice(journal: MemoryJournal) -> set[tuple[str, str, int]]:
    """Items of which two tries stand as succeeded."""
    tries = journal.attempts()
    good = Counter((a.node, a.iteration, a.item) for a in tries if a.status == "succeeded")
    return {place for place, times in good.items() if times > 1}


def joined(*journals: MemoryJournal) -> MemoryJournal:
    both = MemoryJournal()
    both.rows = [row for journal in journals for row in journal.rows]
    return both


def ended(journal: MemoryJournal) -> list[tuple[str, str]]:
    rows = (row for row in journal.rows if isinstance(row, StepRow))
    return [(r.node, r.iteration) for r in rows if r.status in ("succeeded", "skipped")]


def recorded_twice(*journals: MemoryJournal) -> set[tuple[str, str]]:
    counted = Counter(place for journal in journals for place in ended(journal))
    return {place for place, times in counted.items() if times > 1}


def statuses(*journals: MemoryJournal) -> dict[tuple[str, str], tuple[str, int, Json]]:
    steps = joined(*journals).steps()
    return {(s.node, s.iteration): (s.status, s.items_in, decode(s.items_out)) for s in steps}
