"""Answers Prometheus: the figures of all processes here added up, and what the database knows."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseError
from django.db.models import Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from runtime.models import Run, RunStatus, Worker
from runtime.observe.figures import figures
from runtime.services.limits import PRIORITIES

MOST_COUNTED = 100_000  # a longer queue is shown as this long


def scrape(*, database: bool = True) -> bytes:
    """The text Prometheus reads. With `database` also the queue, as it is at this moment."""
    registry = CollectorRegistry()
    own = figures()
    if own is not None:
        own.tally.flush()
        folder = Path(settings.SEGUE_METRICS_DIR)
        _forget_dead(folder)
        MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    if database:
        registry.register(_FromDatabase())
    return generate_latest(registry)


def _forget_dead(folder: Path) -> None:
    """What a process held when it died it holds no more; what it counted still counts."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not _lives(pid):
            file.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class _FromDatabase:
    """Asked anew at each scrape; each question is answered from an index."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        began = time.monotonic()
        up = GaugeMetricFamily("segue_database_up", "Whether the database answered.")
        try:
            found = list(self._ask())
        except DatabaseError:
            found = []
        up.add_metric([], 1.0 if found else 0.0)
        took = GaugeMetricFamily("segue_database_answer_seconds", "How long these questions took.")
        took.add_metric([], time.monotonic() - began)
        yield from [*found, up, took]

    def _ask(self) -> Iterator[GaugeMetricFamily]:
        runs = GaugeMetricFamily("segue_runs", "Runs that are not over.", labels=["status"])
        for status in (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING):
            rows = Run.objects.filter(status=status)
            if status == RunStatus.RUNNING:
                rows = rows.filter(owner_id__isnull=False)
            runs.add_metric([status.value], rows.values("id")[:MOST_COUNTED].count())
        yield runs
        oldest = GaugeMetricFamily("segue_queue_oldest_seconds", "Age of the oldest queued run.")
        oldest.add_metric([], _oldest_queued())
        yield oldest
        alive = Worker.objects.filter(dead=False)
        workers = GaugeMetricFamily("segue_workers", "Workers that hold a lease.")
        workers.add_metric([], alive.count())
        yield workers
        first = alive.aggregate(first=Min("lease_until"))["first"]
        if first is not None:
            lease = GaugeMetricFamily("segue_lease_remaining_seconds", "The shortest lease left.")
            lease.add_metric([], (first - timezone.now()).total_seconds())
            yield lease


def _oldest_queued() -> float:
    """Seconds; for each priority the queue's index knows the first."""
    queued = Run.objects.filter(status=RunStatus.QUEUED)
    first = [
        queued.filter(priority=priority).order_by("id").values_list("created_at", flat=True).first()
        for priority in PRIORITIES.values()
    ]
    known = [moment for moment in first if moment is not None]
    return max(0.0, (timezone.now() - min(known)).total_seconds()) if known else 0.0


def serve_here() -> None:
    """Serve the figures of this machine alone, where `SEGUE_METRICS_PORT` says so."""
    port = int(os.environ.get("SEGUE_METRICS_PORT", "0"))
    if not port or figures() is None:
        return
    from prometheus_client import start_http_server

    registry = CollectorRegistry()
    MultiProcessCollector(registry, settings.SEGUE_METRICS_DIR)  # type: ignore[no-untyped-call]
    start_http_server(port, os.environ.get("SEGUE_METRICS_HOST", "127.0.0.1"), registry)
