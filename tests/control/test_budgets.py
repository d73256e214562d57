"""What is too much ends a run with a reason a person can read, also after a crash."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import orjson
import pytest

from runtime.models import LogLine, Run, Step
from tests.control.test_again import START, graph
from tests.support.house import House

MOST_GROWTH = 64_000_000  # bytes


def node(key: str, kind: str, **params: Any) -> dict[str, Any]:
    return {"id": key, "key": key, "type": kind, "params": params}


def limited(document: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return {**document, "settings": settings}


def resident() -> int:
    """Bytes of memory this process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


MANY = graph(START, node("many", "test.many", count=300), node("more", "test.many", count=10))
LARGE = graph(START, node("a", "test.huge", megabytes=0.6), node("b", "test.huge", megabytes=0.6))
CHATTY = graph(START, node("a", "test.flood", lines=9000), node("b", "test.flood", lines=9000))
SLOW = graph(START, node("p", "test.pause", seconds=60))
CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "items in a step": (limited(MANY, max_items_per_step=299), "failed", "300 items for one step"),
    "items of a run": (limited(MANY, max_items=1000), "failed", "more than 1,000 items"),
    "stored results": (limited(LARGE, max_stored_mb=1), "failed", "more than 1 MB"),
    "stored lines": (limited(CHATTY, max_stored_mb=0.3), "failed", "results and log lines"),
    "steps": (limited(LARGE, max_steps=2), "failed", "after 2 steps"),
    "time": (limited(SLOW, deadline_seconds=0.3), "timed_out", "after 0.3 seconds"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_run_ends_with_a_reason(house: House, name: str) -> None:
    document, status, words = CASES[name]
    run = house.run(house.flow(name, document))
    assert (run.status, words in (run.reason or "")) == (status, True), run.reason
    assert orjson.loads(run.error or "{}").get("fix"), "it says what to do"
    assert not Step.objects.filter(run=run, status__in=["running", "waiting"]).exists()


FLOODS = {
    "a million log lines": ("test.flood", "succeeded", ""),
    "a result of 200 MB": ("test.huge", "failed", "200 MB"),
    "a result 200,000 levels deep": ("test.deep", "failed", "cannot be kept"),
}


@pytest.mark.parametrize("name", FLOODS)
def test_floods_are_capped_and_marked_and_memory_stays(house: House, name: str) -> None:
    kind, status, words = FLOODS[name]
    flow = house.flow(name, graph(START, node("x", kind)))
    warm = house.run(house.flow(f"{name}, warm", graph(START, node("x", "test.many", count=1))))
    assert warm.status == "succeeded"
    before = resident()
    run = house.finish(house.start(flow).id, seconds=60)
    grown = resident() - before
    assert (run.status, words in (run.reason or "")) == (status, True), run.reason
    assert grown < MOST_GROWTH, f"{grown / 1e6:.0f} MB"
    lines = LogLine.objects.filter(run=run).order_by("-seq")
    assert lines.count() <= 10_001
    if kind == "test.flood":
        last = lines[0]
        assert (last.level, "Log lines dropped here: 99" in last.message) == ("warning", True)


def test_what_was_used_before_a_crash_counts(house: House) -> None:
    """The first owner lets go in the middle; the second goes on with the same account."""
    document = graph(
        START,
        node("a", "test.huge", megabytes=0.6),
        node("p", "test.pause", seconds=0.4),
        node("b", "test.huge", megabytes=0.6),
    )
    for limit, words in (("max_stored_mb", "more than 1 MB"), ("max_steps", "after 3 steps")):
        value = 1 if limit == "max_stored_mb" else 3
        flow = house.flow(f"Crash {limit}", limited(document, **{limit: value}))
        run = house.start(flow)
        began = Step.objects.filter(run=run, node="p", status="running")
        house.work(began.exists, during=None)
        Run.objects.filter(id=run.id, status="running").update(status="queued")
        ended = house.finish(run.id)
        assert (ended.status, words in (ended.reason or "")) == ("failed", True), ended.reason
