"""Tells the workers that runs are ready: a hint by Celery, from a thread, never waited for.

A broker that hangs blocks a producer for many seconds; the database's queue is the truth, so a
hint that is lost costs only the time until the next sweep.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from uuid import UUID

import structlog

log = structlog.get_logger(__name__)
MOST_IDS = 500  # in one message
_waiting: queue.SimpleQueue[UUID] = queue.SimpleQueue()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def announce(runs: Sequence[UUID]) -> None:
    """Queue a hint; returns at once."""
    global _thread
    for run in runs:
        _waiting.put(run)
    with _lock:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_send, name="segue-announce", daemon=True)
            _thread.start()


def _send() -> None:
    from runtime.worker.app import app

    while True:
        ids = [_waiting.get()]
        while len(ids) < MOST_IDS:
            try:
                ids.append(_waiting.get_nowait())
            except queue.Empty:
                break
        if not app.conf.broker_url:
            continue
        try:
            app.send_task(
                "segue.announce",
                kwargs={"runs": [str(run) for run in ids]},
                queue="flows",
                retry=False,
                ignore_result=True,
            )
        except Exception as error:  # noqa: BLE001  whatever the broker does, nothing is lost
            log.warning("hint.not_sent", error=repr(error), runs=len(ids))
