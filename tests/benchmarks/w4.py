"""W4: many runs at once, each three HTTP calls of one second in sequence, in one worker."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.benchmarks.figures import Figure
from tests.benchmarks.floors import calls
from tests.benchmarks.surroundings import W4_SECONDS, Segue

CALLERS = 50
AT_ONCE = {100: 3.3, 1000: 4.0}


def measure(segue: Segue) -> Iterator[Figure]:
    """From the first webhook to the last run's end."""
    segue.post("w4", {})
    segue.wait_over("w4")
    for runs, bar in AT_ONCE.items():
        floor = calls(segue.slow(W4_SECONDS), runs, 3)
        begun = time.time()
        accepted = segue.load(segue.url("w4"), CALLERS, 60, runs)
        if accepted.answered != runs:
            raise RuntimeError(f"only {accepted.answered} of {runs} runs were accepted")
        segue.wait_over("w4")
        ended = segue.db.run(
            "SELECT min(created_at), max(finished_at) FROM runtime_run "
            "WHERE snapshot_id = %s AND created_at >= %s",
            (segue.db.id(segue.snapshots["w4"]), segue.db.time(begun)),
        )
        first, last = (segue.db.seconds(moment) or 0 for moment in ended[0])
        what = f"{runs:,} runs, each 3 calls of 1 s"
        yield Figure("W4", what, last - first, "s", floor, "aiohttp", bar)
    if failed := segue.failed("w4"):
        raise RuntimeError(f"{failed} runs failed")
