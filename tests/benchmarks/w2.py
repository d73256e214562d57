"""W2: one run through a chain of 100 trivial steps."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from tests.benchmarks.figures import Figure
from tests.benchmarks.floors import hundred_awaits, one_commit
from tests.benchmarks.surroundings import Segue

TIMES = 15


def measure(segue: Segue) -> Iterator[Figure]:
    """The engine's seconds, and the caller's."""
    floor = median(hundred_awaits() for _ in range(10))
    segue.post("w2", {"n": 0})  # the plan is compiled once
    calls = [segue.post("w2", {"n": n}) for n in range(TIMES)]
    inside = median(segue.engine_seconds(run) for run, _ in calls)
    yield Figure("W2", "100 steps, in the engine", inside, "s", floor, "asyncio, 100 awaits", 0.012)
    wall = median(took for _, took in calls)
    yield Figure(
        "W2",
        "100 steps, for the caller",
        wall,
        "s",
        one_commit(segue.db),
        "one commit of a run and 5 rows",
    )
