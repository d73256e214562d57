"""A run is stopped in every state: once, with nothing left open, and no later step begins."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from runtime.models import Attempt, Run, Step, Wait
from runtime.services.cancel_run import cancel_run
from runtime.store.cancel import end_stopped
from tests.control.test_again import START, call, fail, graph
from tests.support.counter import CountingServer, counting_server
from tests.support.house import OPTIONS, House

SLOW = 8.0  # seconds; a call that is not cut takes so long
OPEN = ("pending", "running", "waiting")
LATER = {"id": "later", "key": "later", "type": "data.set"}
WAIT = {"id": "wait", "key": "wait", "type": "flow.wait", "params": {"seconds": 3600}}
CALLBACK = {"id": "wait", "key": "wait", "type": "flow.wait", "params": {"until": "call"}}
PAUSE = {"id": "pause", "key": "pause", "type": "test.pause", "params": {"seconds": SLOW}}


@pytest.fixture(scope="module")
def server() -> Iterator[CountingServer]:
    with counting_server(delay=SLOW) as made:
        yield made


def again_in(seconds: float) -> dict[str, Any]:
    """Fails, and is tried again after so long."""
    retry = {"attempts": 3, "delay_seconds": seconds, "jitter": "none", "backoff": "constant"}
    return fail("tries", retry={**retry, "max_delay_seconds": 3600})


def joined() -> dict[str, Any]:
    """A quick and a slow branch that meet."""
    quick = {"id": "quick", "key": "quick", "type": "data.set"}
    wires = [("start", "quick", "in"), ("start", "pause", "in"), ("quick", "later", "a"),
             ("pause", "later", "b")]  # fmt: skip
    edges = [{"source": s, "target": t, "target_port": port} for s, t, port in wires]
    merge = {**LATER, "type": "flow.merge"}
    return {"nodes": [START, quick, PAUSE, merge], "edges": edges}


def repeated() -> dict[str, Any]:
    """A slow step inside a Repeat."""
    edges = [
        {"source": "start", "target": "loop", "target_port": "start"},
        {"source": "loop", "source_port": "each_round", "target": "pause"},
        {"source": "pause", "target": "loop", "target_port": "continue"},
        {"source": "loop", "source_port": "finished", "target": "later"},
    ]
    loop = {"id": "loop", "key": "loop", "type": "flow.repeat"}
    return {"nodes": [START, loop, PAUSE, LATER], "edges": edges}


def calls(server: CountingServer) -> Mapping[str, Any]:
    return graph(START, call("out", server), LATER)


@dataclass(frozen=True)
class State:
    """How a run gets into a state, and how one sees that it is there."""

    flow: Callable[[CountingServer], Mapping[str, Any]]
    there: Callable[[Run], bool] | None
    worked_on: bool = False  # whether its worker goes on while it is stopped
    attempts: list[str] = field(default_factory=list)  # how the tries read in the end


def status(wanted: str) -> Callable[[Run], bool]:
    return lambda run: run.status == wanted


def step_is(key: str, wanted: str) -> Callable[[Run], bool]:
    return lambda run: Step.objects.filter(run=run, node=key, status=wanted).exists()


def tries_are(key: str, wanted: str) -> Callable[[Run], bool]:
    return lambda run: Attempt.objects.filter(run=run, node=key, status=wanted).exists()


STATES = {
    "before its claim": State(lambda _: graph(START, LATER), None),
    "a call in flight": State(calls, tries_are("out", "running"), True, ["cancelled"]),
    "parked until a moment": State(
        lambda _: graph(START, WAIT, LATER), status("waiting"), attempts=["cancelled"]
    ),
    "parked for a call from outside": State(
        lambda _: graph(START, CALLBACK, LATER), status("waiting"), attempts=["cancelled"]
    ),
    "parked for a next try": State(
        lambda _: graph(START, again_in(900), LATER), status("waiting"), attempts=["failed"]
    ),
    "between two tries": State(
        lambda _: graph(START, again_in(20), LATER), tries_are("tries", "failed"), True, ["failed"]
    ),
    "at a join": State(lambda _: joined(), step_is("quick", "succeeded"), True, ["cancelled"]),
    "inside a Repeat": State(
        lambda _: repeated(), step_is("pause", "running"), True, ["cancelled"]
    ),
    "handed back in the middle of a call": State(
        calls, tries_are("out", "running"), attempts=["lost"]
    ),
    "handed back inside a Repeat": State(
        lambda _: repeated(), tries_are("pause", "running"), attempts=["lost"]
    ),
}  # fmt: skip


def stop(run: Run) -> None:
    assert cancel_run(run.id, by="Ada")


@pytest.mark.parametrize("name", STATES)
def test_stopped_once_and_nothing_is_left_open(
    house: House, server: CountingServer, name: str
) -> None:
    state = STATES[name]
    run = house.start(house.flow(name, state.flow(server)))
    began = time.monotonic()
    there = state.there
    if there is not None and state.worked_on:
        asked: list[bool] = []

        def over() -> bool:
            now = Run.objects.get(id=run.id)
            if not asked and there(now):
                stop(now)
                asked.append(True)
            return now.over

        house.work(over, options=replace(OPTIONS, drain_seconds=0))
    else:
        if there is not None:
            options = replace(OPTIONS, drain_seconds=0)
            house.work(lambda: there(Run.objects.get(id=run.id)), options=options)
        stop(run)
    assert time.monotonic() - began < SLOW, "the call in flight was not cut"
    ended = Run.objects.get(id=run.id)
    assert (ended.status, ended.reason, ended.owner_id) == ("cancelled", "Stopped by Ada.", None)
    assert not Step.objects.filter(run=run, node="later").exists(), "a later step began"
    assert not Step.objects.filter(run=run, status__in=OPEN).exists()
    assert not Wait.objects.filter(run=run).exclude(status="closed").exists()
    found = list(Attempt.objects.filter(run=run).values_list("status", flat=True))
    assert found == state.attempts
    assert not cancel_run(run.id, by="Bob"), "it is over already"
    house.work(lambda: True)
    assert Run.objects.get(id=run.id).finished_at == ended.finished_at


@pytest.mark.parametrize("then", ["queued", "waiting"])
def test_one_whose_worker_let_go_of_it_meanwhile_is_ended(house: House, then: str) -> None:
    """Asked while it ran; its worker died, drained or parked it before it heard of that."""
    run = house.start(house.flow(f"Let go {then}", graph(START, LATER)))
    Run.objects.filter(id=run.id).update(status="running")
    stop(run)
    Run.objects.filter(id=run.id).update(status=then)
    db = house.connect()
    try:
        assert end_stopped(db) == 1
        assert end_stopped(db) == 0
    finally:
        db.close()
    ended = Run.objects.get(id=run.id)
    assert (ended.status, ended.reason) == ("cancelled", "Stopped by Ada.")


def test_nobody_claims_what_is_to_be_stopped(house: House) -> None:
    run = house.start(house.flow("Never", graph(START, LATER)))
    Run.objects.filter(id=run.id).update(cancel_requested=True, cancelled_by="Ada")
    assert house.finish(run.id).status == "cancelled"
    assert not Step.objects.filter(run=run).exists()
