"""W4: many runs at once, each three HTTP calls of one second in sequence, in one worker."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from tests.benchmarks.figures import Figure
from tests.benchmarks.floors import calls
from tests.benchmarks.surroundings import W4_SECONDS, Segue

CALLERS = 50
AT_ONCE = {100: 3.3, 1000: 4.0}


def measure(segue: Segue) -> Iterator[Figure]:
    """From the first webhook to the last run's end."""
    for runs, took, floor in many_at_once(segue, "w4", AT_ONCE):
        what = f"{runs:,} runs, each 3 calls of 1 s"
        yield Figure("W4", what, took, "s", floor, "aiohttp", AT_ONCE[runs])


def many_at_once(
    segue: Segue, flow: str, counts: Iterable[int]
) -> Iterator[tuple[int, float, float]]:
    """So many runs at once of a flow with three calls: how many, their seconds, the floor's."""
    segue.post(flow, {})
    segue.wait_over(flow)
    for runs in counts:
        floor = calls(segue.slow(W4_SECONDS), runs, 3)
        begun = time.time()
        accepted = segue.load(segue.url(flow), CALLERS, 60, runs)
        if accepted.answered != runs:
            raise RuntimeError(f"only {accepted.answered} of {runs} runs were accepted")
        segue.wait_over(flow)
        ended = segue.db.run(
            "SELECT min(created_at), max(finished_at) FROM runtime_run "
            "WHERE snapshot_id = %s AND created_at >= %s",
            (segue.db.id(segue.snapshots[flow]), segue.db.time(begun)),
        )
        first, last = (segue.db.seconds(moment) or 0 for moment in ended[0])
        yield runs, last - first, floor
    if failed := segue.failed(flow):
        raise RuntimeError(f"{failed} runs failed")
