"""SOAK: 200,000 runs through one worker, kept for minutes only; what grows, grows where?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.surroundings import Place, Segue, segue

RUNS, WINDOW, CALLERS = 200_000, 20_000, 16
KEPT_DAYS = 60 / 86_400  # a minute
LEAST_RATE = 50  # answers a second; slower than that something hangs


@dataclass(frozen=True, slots=True)
class _Window:
    """What one part of the runs was like."""

    rate: float
    p50: float
    p95: float
    worker: float
    web: float
    database: float


def measure(where: Place) -> Iterator[Figure]:
    """Each part against the second one: the first warms up and fills what is kept."""
    env = {**where.env, "SEGUE_KEEP_DAYS": str(KEPT_DAYS), "SEGUE_PRUNE_SECONDS": "5"}
    windows: list[_Window] = []
    with segue(replace(where, env=env), 1) as running:
        for done in range(0, RUNS, WINDOW):
            windows.append(_window(running))
            where.supervisor.screen.say(f"  {done + WINDOW:,} runs: {windows[-1]}")
        left = int(running.db.run("SELECT count(*) FROM runtime_run")[0][0])
        if failed := running.failed("w1"):
            raise RuntimeError(f"{failed} runs failed")
    warm, last = windows[1], windows[-1]
    said = f"after {RUNS:,} runs"
    yield Figure(
        "SOAK",
        "answered",
        last.rate,
        "/s",
        warm.rate,
        "the second part",
        0.8 * warm.rate,
        least=True,
    )
    yield Figure("SOAK", f"wait, median, {said}", last.p50, "s", warm.p50, "", 1.2 * warm.p50)
    yield Figure("SOAK", f"wait, 95 of 100, {said}", last.p95, "s", warm.p95, "", 1.2 * warm.p95)
    yield Figure(
        "SOAK", f"worker's memory, {said}", last.worker, "MB", warm.worker, "", 1.2 * warm.worker
    )
    yield Figure(
        "SOAK", f"web server's memory, {said}", last.web, "MB", warm.web, "", 1.2 * warm.web
    )
    most = max(window.database for window in windows[1:4])
    yield Figure(
        "SOAK", f"database, {said}", last.database, "MB", most, "most of parts 2 to 4", 1.2 * most
    )
    yield Figure("SOAK", "runs still kept", left, "runs")


def _window(running: Segue) -> _Window:
    begun = time.monotonic()
    seen = running.load(running.url("w1"), CALLERS, WINDOW / LEAST_RATE, WINDOW)
    if seen.answered < WINDOW:
        raise RuntimeError(f"only {seen.answered} of {WINDOW} answered: {seen.last_body}")
    return _Window(
        seen.answered / (time.monotonic() - begun),
        seen.p50,
        seen.p95,
        running.memory("worker0"),
        running.memory("web"),
        megabytes(running),
    )


def megabytes(running: Segue) -> float:
    """The database on the disk."""
    if running.place.database_url is None:
        return Path(str(running.place.settings["NAME"])).stat().st_size / 1e6
    return int(running.db.run("SELECT pg_database_size(current_database())")[0][0]) / 1e6
