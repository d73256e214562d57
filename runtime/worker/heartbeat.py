"""Keeps the lease: an own thread and an own connection, so that nothing can make it late."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import structlog

from runtime.observe import metrics
from runtime.store.dialect import Connection, DatabaseDownError
from runtime.store.leases import LEASE_SECONDS, Incarnation, register, renew

log = structlog.get_logger(__name__)
GIVEN_UP_EXIT_CODE = 70


class Heartbeat:
    """Registers the worker and renews its lease every third of it."""

    def __init__(
        self,
        open_connection: Callable[[], Connection],
        me: Incarnation,
        loop_lag: Callable[[], float],
    ) -> None:
        self._open = open_connection
        self._me = me
        self._loop_lag = loop_lag
        self._stop = threading.Event()
        self._db = open_connection()
        register(self._db, me)
        self._thread = threading.Thread(target=self._beat, name="segue-heartbeat", daemon=True)
        self._thread.start()

    def _beat(self) -> None:
        while not self._stop.wait(LEASE_SECONDS / 3):
            if self._loop_lag() > LEASE_SECONDS / 2:
                # A loop that hangs does no work: let the lease run out, so that others do it.
                metrics.lease_renewed("loop_hangs")
                log.error("worker.loop_hangs", seconds=round(self._loop_lag(), 1))
                continue
            try:
                alive = renew(self._db, self._me.id)
            except DatabaseDownError as error:
                metrics.lease_renewed("database_away")
                log.warning("heartbeat.database_away", error=str(error))
                self._reconnect()
                continue
            metrics.lease_renewed("renewed" if alive else "lost")
            if not alive and not self._stop.is_set():
                die("its lease was given to others")

    def _reconnect(self) -> None:
        time.sleep(0.2)
        try:
            fresh = self._open()
            fresh.hold_sign_of_life(self._me.id, self._me.lock_key)
        except (DatabaseDownError, OSError) as error:
            log.debug("heartbeat.still_away", error=str(error))
            return
        self._db = fresh

    def stop(self) -> None:
        """Stop renewing; the sign of life is freed with the connection."""
        self._stop.set()
        self._thread.join(timeout=5)
        try:
            self._db.close()
        except Exception as error:  # noqa: BLE001  it may be gone already
            log.debug("heartbeat.close", error=str(error))


def die(why: str) -> None:
    """Leave at once: whatever this process still holds in memory no longer counts."""
    log.error("worker.exits", why=why)
    os._exit(GIVEN_UP_EXIT_CODE)
