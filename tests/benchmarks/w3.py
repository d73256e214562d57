"""W3: one run that fans out 100 HTTP calls of 200 ms each."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from tests.benchmarks.figures import Figure
from tests.benchmarks.floors import calls
from tests.benchmarks.surroundings import W3_SECONDS, Segue

TIMES = 5
CALLS = 100


def measure(segue: Segue) -> Iterator[Figure]:
    """The caller's seconds: call, 100 steps' worth of requests, answer."""
    floor = median(calls(segue.slow(W3_SECONDS), CALLS, 1) for _ in range(3))
    body = {"items": [{"n": n} for n in range(CALLS)]}
    segue.post("w3", body)
    answered = [segue.post("w3", body) for _ in range(TIMES)]
    wall = median(took for _, took in answered)
    yield Figure("W3", "100 calls of 0.2 s, for the caller", wall, "s", floor, "aiohttp", 0.32)
    inside = median(segue.engine_seconds(run) for run, _ in answered)
    yield Figure("W3", "100 calls of 0.2 s, in the engine", inside, "s", floor, "aiohttp")
