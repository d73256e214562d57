"""W5: 10,000 items through three steps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from tests.benchmarks.figures import Figure
from tests.benchmarks.floors import plain_transforms
from tests.benchmarks.surroundings import Segue

ITEMS, TIMES = 10_000, 3


def measure(segue: Segue) -> Iterator[Figure]:
    """The engine's seconds, splitting the list included; and from the call to the end."""
    items: list[dict[str, object]] = [{"name": f"item {n}", "price": n} for n in range(ITEMS)]
    floor = median(plain_transforms(items) for _ in range(5))
    inside: list[float] = []
    wall: list[float] = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        run, _took = segue.post("w5", {"items": items})
        segue.wait_over("w5")
        wall.append(time.perf_counter() - begun)
        inside.append(segue.engine_seconds(run))
    what = "10,000 items, 3 steps"
    yield Figure("W5", f"{what}, in the engine", median(inside), "s", floor, "plain Python", 0.6)
    yield Figure("W5", f"{what}, from call to end", median(wall), "s", floor, "plain Python")
