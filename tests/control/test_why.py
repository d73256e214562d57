"""Why a run is not finished, in every state, as its page says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from runtime.models import Run, Worker
from runtime.models.ids import uuid7
from runtime.services.cancel_run import cancel_run
from runtime.services.why_waiting import why_not_finished
from tests.control.test_again import START, graph
from tests.control.test_cancel import CALLBACK, LATER, PAUSE, again_in, joined, repeated
from tests.support.house import OPTIONS, House

SIMPLE = graph(START, LATER)


@pytest.fixture(autouse=True)
def _alone(house: House) -> None:
    """Each question is about one run."""
    Run.objects.all().delete()
    Worker.objects.all().delete()


def worker(**more: Any) -> Worker:
    """Somebody who could claim."""
    values = {"lease_until": timezone.now() + timedelta(hours=1), "host": "here", "pid": 1}
    return Worker.objects.create(id=uuid7(), started_at=timezone.now(), **{**values, **more})


def why(run: Run) -> str:
    return why_not_finished(Run.objects.get(id=run.id)) or ""


def test_in_the_queue(house: House) -> None:
    flow, other = house.flow("Queue", SIMPLE), house.flow("Other", SIMPLE)
    run = house.start(flow)
    assert why(run).startswith("No worker is running.")
    worker(lease_until=timezone.now() - timedelta(seconds=5))
    assert why(run).startswith("No worker is running."), "one that fell silent takes nothing"
    draining = worker(draining=True)
    assert why(run).startswith("The worker is being stopped.")
    worker()
    assert why(run) == "It waits for a free worker."
    house.start(other)
    later = house.start(flow)
    Run.objects.filter(id=house.start(other).id).update(priority=-10)
    assert why(later) == (
        "It waits for a free worker. One run is more urgent. One run of this flow came before it. "
        "Runs of another flow take turns with it."
    )
    Run.objects.filter(id=run.id).update(isolated=True)
    assert "worker of its own" in why(run)
    draining.delete()


def test_a_full_slot(house: House) -> None:
    flow = house.flow("Slot", {**SIMPLE, "settings": {"at_once": 1}})
    first, second = house.start(flow), house.start(flow)
    Run.objects.filter(id=first.id).update(status="running", started_at=timezone.now())
    worker()
    assert "allow 1 at once" in why(second)


def test_a_worker_that_fell_silent(house: House) -> None:
    run = house.start(house.flow("Silent", SIMPLE))
    silent = worker(lease_until=timezone.now() - timedelta(seconds=5))
    Run.objects.filter(id=run.id).update(status="running", owner_id=silent.id)
    assert "has not been heard of" in why(run)


WORKED_ON: dict[str, tuple[Mapping[str, Any], str]] = {
    "a step under way": (graph(START, PAUSE, LATER), "“pause” has been under way since"),
    "a step in a round": (repeated(), "“pause” has been under way since"),
    "a join": (joined(), "“later” waits for “pause”."),
    "a next try": (graph(START, again_in(25), LATER), "“tries” failed and is tried again at"),
    "a next try later": (graph(START, again_in(900), LATER), "“tries” failed and is tried again"),
    "a call from outside": (graph(START, CALLBACK, LATER), "“wait” waits for a call from outside"),
    "several": (
        {**graph(START, {**CALLBACK, "key": "wait"}), "settings": {}},
        "One more is like that.",
    ),
}


@pytest.mark.parametrize("name", WORKED_ON)
def test_while_it_is_worked_on_or_parked(house: House, name: str) -> None:
    document, words = WORKED_ON[name]
    run = house.start(house.flow(name, document), [{}, {}] if name == "several" else None)
    _until(house, lambda: words in why(run))


def test_one_that_is_being_stopped(house: House) -> None:
    run = house.start(house.flow("Stopped", graph(START, PAUSE)))
    Run.objects.filter(id=run.id).update(status="running")
    cancel_run(run.id, by="Ada")
    assert why(run) == "It is being stopped."
    Run.objects.filter(id=run.id).update(status="cancelled")
    assert why(run) == ""


def _until(house: House, looked: Callable[[], bool]) -> None:
    house.work(looked, seconds=10, options=replace(OPTIONS, drain_seconds=0))
