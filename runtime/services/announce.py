"""Tells the workers that runs are ready: a hint by Celery, from a thread, never waited for.

A broker that hangs blocks a producer for many seconds; the database's queue is the truth, so a
hint that is lost costs only the time until the next sweep.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from runtime.observe import metrics

if TYPE_CHECKING:
    from kombu import Connection, Producer

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
    sender = _Sender()
    while True:
        ids = [_waiting.get()]
        while len(ids) < MOST_IDS:
            try:
                ids.append(_waiting.get_nowait())
            except queue.Empty:
                break
        sender.send(ids)


class _Sender:
    """One connection to the broker, and the message's unchanging parts made once.

    Celery's own `send_task` makes all of them anew: a millisecond for each message.
    """

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._producer: Producer | None = None

    def send(self, ids: Sequence[UUID]) -> None:
        """Send one hint; trouble is noted and forgotten."""
        from runtime.worker.app import HINT_HEADERS, QUEUE, app

        if not app.conf.broker_url:
            return
        try:
            if self._producer is None:
                self._connection = app.connection_for_write()
                self._producer = self._connection.Producer(auto_declare=False)
            self._producer.publish(
                ((), {"runs": [str(run) for run in ids]}, {}),
                exchange="",
                routing_key=QUEUE,
                headers=HINT_HEADERS,
                serializer="json",
                delivery_mode=1,
                retry=False,
            )
            metrics.hinted(len(ids), sent=True)
        except Exception as error:  # noqa: BLE001  whatever the broker does, nothing is lost
            metrics.hinted(len(ids), sent=False)
            log.warning("hint.not_sent", error=repr(error), runs=len(ids))
            self._close()

    def _close(self) -> None:
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            with suppress(Exception):
                connection.release()
