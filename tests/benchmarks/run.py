"""Runs workloads one after the other on one database and collects what they find."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence

from tests.benchmarks import growth, soak, w1, w2, w3, w4, w5, w6, w7
from tests.benchmarks.figures import Figure, Report
from tests.benchmarks.surroundings import Place, Segue, place, segue

LOADED: dict[str, Callable[[Segue], Iterator[Figure]]] = {
    "W1": w1.measure,
    "W2": w2.measure,
    "W3": w3.measure,
    "W4": w4.measure,
    "W5": w5.measure,
    "W7": w7.measure,
}
# On Segues of their own, started apart: pages shared with a second one would make it look small.
APART: dict[str, Callable[[Place], Iterator[Figure]]] = {
    "W6": w6.measure,
    "GROWTH": growth.measure,
    "SOAK": soak.measure,
}
Say = Callable[[str], None]


def run(names: Sequence[str], database: str, say: Say, workers: int = 1) -> Report:
    """Measure these workloads; `say` hears what is going on."""
    report = Report(database, _machine(workers))
    with place(database) as where:
        loaded = [name for name in LOADED if name in names]
        if loaded:
            with segue(where, workers) as running:
                for name in loaded:
                    _measure(report, name, LOADED[name](running), say, running)
        for name, measure in APART.items():
            if name in names:
                _measure(report, name, measure(where), say, None)
    return report


def _measure(
    report: Report, name: str, figures: Iterator[Figure], say: Say, running: Segue | None
) -> None:
    load = os.getloadavg()[0]
    say(f"{name} ... (load {load:.1f})")
    begun = time.monotonic()
    note: dict[str, object] = {"workload": name, "load_before": load}
    try:
        report.figures.extend(figures)
    except (RuntimeError, OSError) as error:  # the others are still worth knowing
        say(f"{name} could not be measured: {error}")
        note["error"] = str(error)
    note["seconds"] = round(time.monotonic() - begun, 1)
    if running is not None:
        note["memory_mb"] = round(running.memory(), 1)
        report.figures.append(Figure(name, "memory of web, worker, broker", running.memory(), "MB"))
    report.notes.append(note)


def _machine(workers: int) -> dict[str, object]:
    return {
        "cpus": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": list(os.getloadavg()),
        "workers": workers,
    }
