"""W7: as W4, but each call asks a model: it gets its place, and what it took is written down."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figures import Figure
from tests.benchmarks.surroundings import Segue
from tests.benchmarks.w4 import many_at_once

AT_ONCE = {100: 4.0, 1000: 5.0}


def measure(segue: Segue) -> Iterator[Figure]:
    """From the first webhook to the last run's end."""
    for runs, took, floor in many_at_once(segue, "w7", AT_ONCE):
        what = f"{runs:,} runs, each 3 model calls of 1 s"
        yield Figure("W7", what, took, "s", floor, "aiohttp", AT_ONCE[runs])
