"""Keeps the lease: an own thread and an own connection, so that nothing can make it late."""

from __future__ import annotations

import asyncio
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
    """Registers the worker and renews its lease every third of it.

    `tell_time` hears the database's time at each.
    """

    def __init__(
        self,
        open_connection: Callable[[], Connection],
        me: Incarnation,
        loop_lag: Callable[[], float],
        tell_time: Callable[[float], None],
    ) -> None:
        self._open = open_connection
        self._me = me
        self._loop_lag = loop_lag
        self._tell_time = tell_time
        self._stop = threading.Event()
        self._db = open_connection()
        try:
            tell_time(register(self._db, me))
        except DatabaseDownError:
            _close(self._db)
            raise
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
                now = renew(self._db, self._me.id)
            except DatabaseDownError as error:
                metrics.lease_renewed("database_away")
                log.warning("heartbeat.database_away", error=str(error))
                self._reconnect()
                continue
            metrics.lease_renewed("lost" if now is None else "renewed")
            if now is not None:
                self._tell_time(now)
            elif not self._stop.is_set():
                die("its lease was given to others")

    def _reconnect(self) -> None:
        time.sleep(0.2)
        fresh: Connection | None = None
        try:
            fresh = self._open()
            fresh.hold_sign_of_life(self._me.id, self._me.lock_key)
        except (DatabaseDownError, OSError) as error:
            log.debug("heartbeat.still_away", error=str(error))
            _close(fresh)
            return
        _close(self._db)
        self._db = fresh

    def stop(self) -> None:
        """Stop renewing; the sign of life is freed with the connection."""
        self._stop.set()
        self._thread.join(timeout=5)
        _close(self._db)


async def registered(
    open_connection: Callable[[], Connection],
    me: Incarnation,
    loop_lag: Callable[[], float],
    tell_time: Callable[[float], None],
) -> Heartbeat:
    """A worker's heartbeat once it is registered.

    A database that is away, or full of others, is waited for: to die of it helps nobody.
    """
    pause = 0.5
    while True:
        try:
            return await asyncio.to_thread(Heartbeat, open_connection, me, loop_lag, tell_time)
        except DatabaseDownError as error:
            log.warning("worker.waits_for_database", error=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)


def _close(db: Connection | None) -> None:
    if db is not None:
        try:
            db.close()
        except Exception as error:  # noqa: BLE001  it may be gone already
            log.debug("heartbeat.close", error=str(error))


def die(why: str) -> None:
    """Leave at once: whatever this process still holds in memory no longer counts."""
    log.error("worker.exits", why=why)
    os._exit(GIVEN_UP_EXIT_CODE)
