"""Every figure Segue gives to Prometheus, by name. No label may have unbounded values.

Web server and workers are processes of their own: each keeps its figures in files under
`SEGUE_METRICS_DIR` (prometheus-client's multiprocess mode), and whoever is asked adds them up.
"""

from __future__ import annotations

import os
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from runtime.observe.tally import Counts, Tally, Values

if TYPE_CHECKING:
    from prometheus_client import Counter, Gauge, Histogram

log = structlog.get_logger(__name__)
SWITCH = "SEGUE_METRICS"  # "0" switches them off
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600)
AGAIN_SECONDS = 10.0  # until it is tried again where there was no room
_making = threading.Lock()
AMOUNTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)

COUNTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "runs_accepted": ("Runs accepted.", ("trigger", "mode")),
    "runs_finished": ("Runs that ended.", ("status", "trigger", "mode")),
    "runs_taken_back": ("Runs of workers that died.", ()),
    "steps": ("Steps that ended.", ("type", "status")),
    "attempts": ("Tries that ended.", ("type", "status")),
    "model_calls": ("Calls of models.", ("type", "cached")),
    "model_tokens": ("Tokens into and out of models.", ("direction",)),
    "model_requests": ("Requests sent to models.", ("model", "outcome")),
    "model_cost": ("What models cost, in the currency of their prices.", ("model",)),
    "model_queued": ("Calls of models that had to wait for a place.", ("model",)),
    "database_away_seconds": ("Time in which a worker could not write.", ()),
    "lease_renewals": ("Tries to renew the lease.", ("outcome",)),
    "hints": ("Runs announced to the workers by message.", ("outcome",)),
    "live_messages_dropped": ("Messages to live views that were not sent.", ()),
    "spans": ("Spans sent to the collector.", ("outcome",)),
    "webhook_answers": ("Answers to calls from outside.", ("status",)),
    "pruned": ("What retention deleted.", ("what",)),
}
MEASURED: dict[str, tuple[str, tuple[str, ...], tuple[float, ...]]] = {
    "run_seconds": ("From accepted to over.", ("status",), SECONDS),
    "queue_seconds": ("From accepted to first claimed.", (), SECONDS),
    "step_seconds": ("From a step's start to its end.", ("type",), SECONDS),
    "attempt_seconds": ("How long tries took.", ("type",), SECONDS),
    "claim_runs": ("Runs taken by one claim.", (), AMOUNTS),
    "claim_seconds": ("How long claims took, with the wait for the writer.", (), SECONDS),
    "commit_rows": ("Journal rows of one commit.", (), AMOUNTS),
    "commit_seconds": ("How long commits took.", (), SECONDS),
    "loop_lag_seconds": ("How late the worker's loop was.", (), SECONDS),
    "sweep_seconds": ("How long sweeps took, with the wait for the writer.", (), SECONDS),
    "webhook_seconds": ("How long callers from outside waited.", ("answer",), SECONDS),
}


class Figures:
    """The figures of this process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        from runtime.observe.allocated import use_allocated_files

        use_allocated_files()
        registry = CollectorRegistry()
        self._counters: dict[str, Counter] = {
            name: Counter(f"segue_{name}", text, labels, registry=registry)
            for name, (text, labels) in COUNTED.items()
        }
        self._histograms: dict[str, Histogram] = {
            name: Histogram(f"segue_{name}", text, labels, registry=registry, buckets=bounds)
            for name, (text, labels, bounds) in MEASURED.items()
        }
        self.active: Gauge = Gauge(
            "segue_worker_active_runs",
            "Runs that workers hold in memory.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self.tally = Tally(self._write)

    def _write(self, counts: Counts, values: Values) -> None:
        for (name, labels), count in counts.items():
            counter = self._counters[name]
            (counter.labels(*labels) if labels else counter).inc(count)
        for (name, labels), found in values.items():
            histogram = self._histograms[name]
            observe_many(histogram.labels(*labels) if labels else histogram, found)


_made: Figures | None = None
_again_at = 0.0


def figures() -> Figures | None:
    """This process's figures; None where they are switched off, or find no room on the disk."""
    global _made, _again_at
    if _made is not None:
        return _made
    if os.environ.get(SWITCH) == "0" or time.monotonic() < _again_at:
        return None
    with _making:
        if _made is None:
            _again_at = time.monotonic() + AGAIN_SECONDS
            _made = _make()
    return _made


def _make() -> Figures | None:
    from django.conf import settings

    try:
        return Figures(Path(settings.SEGUE_METRICS_DIR))
    except OSError as error:
        log.warning("figures.no_room", error=str(error))
        return None


def observe_many(histogram: Histogram, values: Iterable[float]) -> None:
    """As `observe` for each value, with one write for each bucket instead of two for each value."""
    bounds = histogram._upper_bounds
    found: dict[int, int] = {}
    total = 0.0
    for value in values:
        place = bisect_left(bounds, value)
        found[place] = found.get(place, 0) + 1
        total += value
    if found:
        histogram._sum.inc(total)
        for place, count in found.items():
            histogram._buckets[place].inc(count)
