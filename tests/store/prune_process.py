"""A pruner in a process of its own, to be killed."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from typing import Any

from runtime.retention import House
from runtime.store import crash_points
from runtime.store.connect import connect
from runtime.worker.pruner import Pruning
from tests.support.stand import Stand

_context = multiprocessing.get_context("forkserver")


def start_pruning(stand: Stand, crash_at: str = "") -> ForkServerProcess:
    """Prune again and again, with a month kept, until killed or until the crash point."""
    process = _context.Process(target=_prune, args=(dict(stand.settings), crash_at), daemon=True)
    process.start()
    return process


def _pause(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _prune(database: Mapping[str, Any], crash_at: str) -> None:
    crash_points.arm(crash_at)
    db = connect(database)
    work = Pruning(House(finished=30), _pause, rows=100)
    while True:
        work.run(db)
        time.sleep(0.05)
