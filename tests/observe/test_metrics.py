"""What Prometheus gets to see: of real workers and of the database, added up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.parser import text_string_to_metric_families

from runtime.observe.figures import SECONDS, observe_many
from runtime.observe.tally import EVERY_SECONDS
from runtime.services.engine_connection import close_engine_connection
from tests.support.people import Place, api, make_place
from tests.support.stand import Stand, chain, node

SECRET = "s3cret-of-an-item"
FLOW = chain(
    node("start", "trigger.manual"),
    node("again", "test.fail", {"until": 2}, policy={"retry": {"attempts": 3, "delay_seconds": 0}}),
    node("set", "data.set"),
)


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, module_redis_url: str) -> Iterator[Stand]:
    """A database on which two workers ran six runs, one of them to be killed."""
    made = Stand(tmp_path_factory.mktemp("figures"), None, module_redis_url)
    try:
        first = made.start_worker()
        made.start_worker()
        made.wait_for_workers(2)
        made.accept(FLOW, 6, items=[{"secret": SECRET}])
        made.wait_over(30)
        time.sleep(3 * EVERY_SECONDS)  # what was counted last is written by then
        made.kill(first)
        made.until(lambda: made.alive_workers() == 1, 20, "the dead worker was not noticed")
        yield made
    finally:
        made.close()


@pytest.fixture
def figures(stand: Stand, settings: Any) -> dict[str, float]:
    """Everything that was counted, by name and labels."""
    settings.SEGUE_METRICS_DIR = stand.folder / "run" / "metrics"
    from runtime.observe.scrape import scrape

    return read(scrape(database=False))


def read(text: bytes) -> dict[str, float]:
    """`name{label="value"}` with what it says."""
    assert SECRET not in text.decode()
    return {
        sample.name + "".join(f"[{value}]" for _, value in sorted(sample.labels.items())): (
            sample.value
        )
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


WANTED = {
    "segue_runs_finished_total[live][succeeded][manual]": 6,
    "segue_run_seconds_count[succeeded]": 6,
    "segue_steps_total[succeeded][test.fail]": 6,
    "segue_attempts_total[failed][test.fail]": 6,
    "segue_attempts_total[succeeded][test.fail]": 6,
    "segue_queue_seconds_count": 6,
    "segue_steps_total[succeeded][data.set]": 6,
    "segue_step_seconds_count[data.set]": 6,
}
PRESENT = (
    "segue_claim_seconds_count",
    "segue_commit_rows_sum",
    "segue_commit_seconds_count",
    "segue_sweep_seconds_count",
    "segue_loop_lag_seconds_count",
)


@pytest.mark.parametrize("name", WANTED)
def test_what_two_workers_did_is_added_up(figures: dict[str, float], name: str) -> None:
    assert figures[name] == WANTED[name]


@pytest.mark.parametrize("name", PRESENT)
def test_how_the_workers_are(figures: dict[str, float], name: str) -> None:
    assert figures[name] > 0


def test_what_a_dead_worker_held_is_held_no_more(stand: Stand, figures: dict[str, float]) -> None:
    held = [int(f.stem.rpartition("_")[2]) for f in folder(stand).glob("gauge_live*")]
    assert stand.workers[0].pid not in held
    assert figures["segue_worker_active_runs"] == 0


def folder(stand: Stand) -> Path:
    return stand.folder / "run" / "metrics"


def test_labels_have_no_names_of_runs_or_flows(figures: dict[str, float]) -> None:
    assert len(figures) < 2_000
    assert not [name for name in figures if any(len(part) > 40 for part in name.split("["))]


def test_many_values_at_once_are_as_many_single_ones() -> None:
    values = [0.0, 0.001, 0.0011, 0.3, 9_999.0, 0.3]
    registry = CollectorRegistry()
    one = Histogram("one", "", registry=registry, buckets=SECONDS)
    other = Histogram("other", "", registry=registry, buckets=SECONDS)
    for value in values:
        one.observe(value)
    observe_many(other, values)
    samples = [
        [
            (sample.labels, sample.value)
            for family in histogram.collect()
            for sample in family.samples
        ]
        for histogram in (one, other)
    ]
    assert samples[0][:-1] == samples[1][:-1]  # the last is when it was made


# -- who may ask -------------------------------------------------------------------------------


@pytest.fixture
def place(transactional_db: None) -> Iterator[Place]:
    yield make_place("home")
    close_engine_connection()


def test_the_queue_is_told_as_it_is(place: Place) -> None:
    found = read(api(place.people["admin"]).get(reverse("metrics")).content)
    assert found["segue_runs[queued]"] == 1
    assert found["segue_runs[running]"] == 0
    assert 0 < found["segue_queue_oldest_seconds"] < 60
    assert (found["segue_workers"], found["segue_database_up"]) == (0, 1)


def test_prometheus_has_a_token_of_its_own(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(header: str) -> int:
        return Client(headers={"Authorization": header}).get(reverse("metrics")).status_code

    assert ask("Bearer ") == 401
    monkeypatch.setenv("SEGUE_METRICS_TOKEN", "for-prometheus-only")
    assert ask("Bearer for-prometheus-only") == 200
    assert ask("Bearer for-prometheus-onlx") == 401
    assert ask("Bearer ") == 401
