"""Every figure Segue gives to Prometheus, by name. No label may have unbounded values.

Web server and workers are processes of their own: each keeps its figures in files under
`SEGUE_METRICS_DIR` (prometheus-client's multiprocess mode), and whoever is asked adds them up.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import Histogram

SWITCH = "SEGUE_METRICS"  # "0" switches them off
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600)
COUNTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)


class Figures:
    """The figures of this process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Said before the library is loaded: it looks once. And always anew, since a process must
        # not write where the one that started it writes.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        registry = CollectorRegistry()

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"segue_{name}", text, labels, registry=registry)

        def histogram(name: str, text: str, *labels: str, counts: bool = False) -> Histogram:
            buckets = COUNTS if counts else SECONDS
            return Histogram(f"segue_{name}", text, labels, registry=registry, buckets=buckets)

        self.accepted = counter("runs_accepted", "Runs accepted.", "trigger", "mode")
        self.finished = counter("runs_finished", "Runs that ended.", "status", "trigger", "mode")
        self.run_seconds = histogram("run_seconds", "From accepted to over.", "status")
        self.queue_seconds = histogram("queue_seconds", "From accepted to first claimed.")
        self.taken_back = counter("runs_taken_back", "Runs of workers that died.")
        self.steps = counter("steps", "Steps that ended.", "type", "status")
        self.step_seconds = histogram("step_seconds", "From a step's start to its end.", "type")
        self.attempts = counter("attempts", "Tries that ended.", "type", "status")
        self.attempt_seconds = histogram("attempt_seconds", "How long tries took.", "type")
        self.model_calls = counter("model_calls", "Calls of models.", "type", "cached")
        self.tokens = counter("model_tokens", "Tokens in and out of models.", "direction")
        self.claims = histogram("claim_runs", "Runs taken by one claim.", counts=True)
        self.claim_seconds = histogram("claim_seconds", "How long claims took, queueing included.")
        self.commit_rows = histogram("commit_rows", "Journal rows of one commit.", counts=True)
        self.commit_seconds = histogram("commit_seconds", "How long commits took.")
        self.database_away = counter("database_away_seconds", "Time without the database.")
        self.renewals = counter("lease_renewals", "Tries to renew the lease.", "outcome")
        self.loop_lag = histogram("loop_lag_seconds", "How late the worker's loop was.")
        self.active = Gauge(
            "segue_worker_active_runs",
            "Runs that workers hold in memory.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self.sweep_seconds = histogram("sweep_seconds", "How long the sweeps took.")
        self.hints = counter("hints", "Runs announced to the workers by message.", "outcome")
        self.notes_dropped = counter("live_messages_dropped", "Messages to live views not sent.")
        self.webhooks = counter("webhook_answers", "Answers to calls from outside.", "status")
        self.webhook_seconds = histogram("webhook_seconds", "How long callers waited.", "answer")
        self.pruned = counter("pruned", "What retention deleted.", "what")


@cache
def figures() -> Figures | None:
    """This process's figures; None where they are switched off."""
    if os.environ.get(SWITCH) == "0":
        return None
    from django.conf import settings

    return Figures(Path(settings.SEGUE_METRICS_DIR))


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
