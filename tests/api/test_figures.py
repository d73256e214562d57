"""*How it goes*: what the page says is the sum of the rows, whatever is asked for."""

import json
import math
import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from builder.admin.figures import gathered
from runtime.models import DayFigures, ModelCall, Run
from runtime.models.ids import uuid7
from runtime.services.engine_connection import engine_connection
from runtime.services.figures import Figures, together
from runtime.services.run_figures import GOES_ON, OUTCOMES, sum_up_days
from tests.support.people import Place, browser

STATES = (*OUTCOMES, "waiting", "queued")


def run_at(place: Place, at: datetime, status: str, took: float, mode: str) -> Run:
    fresh = uuid7().int & ((1 << 80) - 1)
    begun = at + timedelta(seconds=took / 10)
    return Run(
        id=UUID(int=(int(at.timestamp() * 1000) << 80) | fresh),
        workspace_id=place.workspace.id,
        flow_id=place.flow.id,
        snapshot_id=Run.objects.get(id=place.run_id).snapshot_id,
        mode=mode,
        status=status,
        trigger_key="start",
        trigger_kind="manual",
        input="[]",
        error=json.dumps({"class": "status_5xx"}) if status == "failed" else None,
        created_at=at,
        started_at=None if status == "queued" else begun,
        finished_at=begun + timedelta(seconds=took) if status in OUTCOMES else None,
    )


def call_at(place: Place, at: datetime, number: int) -> ModelCall:
    outcome = ("ok", "ok", "memory", "timeout")[number % 4]
    return ModelCall(
        id=uuid7(), workspace_id=place.workspace.id, profile_id=place.profile.id,
        profile_name=f"M{number % 2}", model="m", run_id=place.run_id, flow_id=place.flow.id,
        node="x", item=0, number=1, status="settled", turn=1, requests=1, tokens=9,
        tokens_in=number, tokens_out=2, cost=number * 1_000, outcome=outcome,
        milliseconds=number * 10, asked_at=at, settled_at=at,
    )  # fmt: skip


@pytest.fixture
def rows(place: Place, elsewhere: Place) -> tuple[list[Run], list[ModelCall]]:
    chance = random.Random(7)
    now = timezone.now()
    runs, calls = [], []
    for number in range(120):
        at = now - timedelta(minutes=chance.randrange(6 * 24 * 60))
        mode = chance.choice(("test", "live"))
        runs.append(run_at(place, at, chance.choice(STATES), chance.random() * 90, mode))
        calls.append(call_at(place, at, number))
    Run.objects.bulk_create(runs)
    ModelCall.objects.bulk_create(calls)
    Run.objects.bulk_create([run_at(elsewhere, now, "failed", 1, "live")])
    Run.objects.filter(id=place.run_id).delete()
    return runs, calls


def ranked(values: list[float], share: float) -> float:
    return sorted(values)[math.ceil(len(values) * share) - 1]


def close(found: float | None, real: float) -> bool:
    return found == pytest.approx(real, rel=0.03)


def figures(place: Place, mode: str = "", flow: str = "") -> list[Figures]:
    parts = gathered(place.workspace.id, 7, timezone.now())
    return [part.only(flow, mode) for part in parts]


@pytest.mark.parametrize("mode", ["", "live"])
@pytest.mark.parametrize("kept", [False, True])
def test_figures_are_the_sum_of_the_rows(
    place: Place, rows: tuple[list[Run], list[ModelCall]], mode: str, kept: bool
) -> None:
    runs = [run for run in rows[0] if not mode or run.mode == mode]
    if kept:  # days that are over are summed up, and then their runs are dropped
        Run.objects.filter(status__in=("waiting", "queued")).update(status="cancelled")
        for run in runs:
            run.status = run.status if run.status in OUTCOMES else "cancelled"
        with engine_connection() as db:
            assert sum_up_days(db) > 4
            assert sum_up_days(db) == 0
        days = {row.day for row in DayFigures.objects.filter(workspace_id=place.workspace.id)}
        for run in runs:
            if run.created_at.astimezone(UTC).date() in days:
                Run.objects.filter(id=run.id).delete()
    parts = figures(place, mode)
    every = together(parts).runs_by(lambda at: "")[""]
    for status in OUTCOMES:
        assert every.counts[status] == sum(run.status == status for run in runs)
    assert every.counts[GOES_ON] == sum(run.status not in OUTCOMES for run in runs)
    assert every.total == len(runs) == sum(sum(one.total for one in p.runs.values()) for p in parts)
    by_flow = together(parts).runs_by(lambda at: at[0])
    assert {flow: one.counts for flow, one in by_flow.items()} == {str(place.flow.id): every.counts}
    took = [
        (run.finished_at - run.started_at).total_seconds()
        for run in runs
        if run.status == "succeeded" and run.finished_at and run.started_at
    ]
    assert close(every.took.middle, ranked(took, 0.5))
    assert close(every.took.slow, ranked(took, 0.95))
    assert every.errors["status_5xx"] == every.counts["failed"]
    assert every.errors["timeout"] == every.counts["timed_out"]


def test_figures_of_models_are_the_sum_of_the_calls(
    place: Place, rows: tuple[list[Run], list[ModelCall]]
) -> None:
    found = together(figures(place)).calls_by_model()
    assert list(found) == ["M0", "M1"]
    for name, one in found.items():
        calls = [call for call in rows[1] if call.profile_name == name]
        assert one.took.calls == len(calls)
        assert one.took.cost == sum(call.cost for call in calls)
        assert one.took.tokens_in == sum(call.tokens_in for call in calls)
        assert one.took.from_memory == sum(call.outcome == "memory" for call in calls)
        assert sum(one.errors.values()) == one.took.failed
        good = [call.milliseconds / 1000 for call in calls if call.outcome == "ok"]
        assert close(one.seconds.slow, ranked(good, 0.95))
    assert together(figures(place, flow=str(uuid7()))).calls_by_model() == {}


def test_the_page_says_it_in_words_and_as_a_table(
    place: Place, elsewhere: Place, rows: tuple[list[Run], list[ModelCall]]
) -> None:
    client = browser(place.people["viewer"])
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("figures")).content.decode()
    assert len(asked) < 80
    for words in ("How it goes", "The same as a table", "The other side had trouble", "By model"):
        assert words in page
    assert page.count("<title>") > 7
    for query in ({"days": "1"}, {"days": "x"}, {"flow": str(place.flow.id)}, {"mode": "live"}):
        assert client.get(reverse("figures"), query).status_code == 200
    empty = browser(elsewhere.people["viewer"]).get(
        reverse("figures"), {"mode": "test", "days": "1"}
    )
    assert empty.status_code == 200
