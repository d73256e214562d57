"""GROWTH: how figures change with longer flows, longer queues, more workers, more of a past."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from tests.benchmarks.figures import Figure
from tests.benchmarks.flows import STEPS, chain_name
from tests.benchmarks.soak import megabytes
from tests.benchmarks.surroundings import Place, Segue, segue

QUEUED = (1, 100, 1_000, 10_000)
WORKERS = (1, 2, 3, 4)
ATTEMPTS = (10_000, 100_000, 1_000_000)
DRAINED = 3_000  # runs
ROWS_OF_A_RUN = 5  # steps, and as many tries, of each run of the past


def measure(where: Place) -> Iterator[Figure]:
    """Every curve; each begins on a Segue of its own."""
    with segue(where, 1) as one:
        yield from _by_length(one)
        yield from _by_queue(one)
        yield from _by_past(one)
    for workers in WORKERS:
        with segue(where, workers) as several:
            several.drain(200)
            rate = several.drain(DRAINED)
            yield Figure("GROWTH", f"{workers} workers: runs drained", rate, "runs/s")


def _by_length(running: Segue) -> Iterator[Figure]:
    for steps in STEPS:
        running.post(chain_name(steps), {"n": 1})  # the plan is compiled
        run, _ = running.post(chain_name(steps), {"n": 1})
        running.wait_over(chain_name(steps))
        took = running.engine_seconds(run)
        yield Figure("GROWTH", f"{steps:,} steps in a flow: one run", took, "s")
        yield Figure("GROWTH", f"{steps:,} steps in a flow: a step", 1000 * took / steps, "ms")


def _by_queue(running: Segue) -> Iterator[Figure]:
    running.drain(200)
    for queued in QUEUED:
        rate = running.drain(queued)
        yield Figure("GROWTH", f"{queued:,} runs queued: drained", rate, "runs/s")


def _by_past(running: Segue) -> Iterator[Figure]:
    there = 0
    for attempts in ATTEMPTS:
        _write_past(running, (attempts - there) // ROWS_OF_A_RUN)
        there = attempts
        rate = running.drain(DRAINED)
        answered = running.load(running.url("w1"), 16, 3.0)
        size = megabytes(running)
        yield Figure("GROWTH", f"{attempts:,} tries stored: drained", rate, "runs/s")
        yield Figure("GROWTH", f"{attempts:,} tries stored: answered", answered.rate, "/s")
        yield Figure("GROWTH", f"{attempts:,} tries stored: database", size, "MB")


def _write_past(running: Segue, runs: int) -> None:
    """Runs that ended an hour ago, with their steps and tries, about as wide as real ones."""
    snapshot: UUID = running.snapshots["w1"]
    running.place.python("tests.benchmarks.past", str(snapshot), str(runs))
