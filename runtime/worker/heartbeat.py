"""Keeps the lease: an own thread and an own connection, so that nothing can make it late."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable

import structlog

from runtime.observe import metrics
from runtime.store import leases
from runtime.store.dialect import Connection, DatabaseDownError
from runtime.worker.watchdog import Watchdog

log = structlog.get_logger(__name__)
GIVEN_UP_EXIT_CODE = 70
AGAIN_SECONDS = 0.5  # between tries to reach a database that is away
HANGS_BEFORE_LEAVING = 4  # beats; a process that was frozen as a whole goes on before the second


class Heartbeat:
    """Registers the worker and renews its lease every third of it.

    `open_session` gives a session that holds the worker's sign of life; `tell_time` hears the
    database's time at each beat. Leaves the process where the worker only looks alive: others took
    its runs, its loop hangs, or it takes none of the runs that wait.
    """

    def __init__(
        self,
        open_session: Callable[[], Connection],
        me: leases.Incarnation,
        loop_lag: Callable[[], float],
        watchdog: Watchdog,
        tell_time: Callable[[float], None],
    ) -> None:
        self._open = open_session
        self._me = me
        self._loop_lag = loop_lag
        self._watchdog = watchdog
        self._tell_time = tell_time
        self._stop = threading.Event()
        self._hangs = 0
        self._db: Connection | None = open_session()
        try:
            tell_time(leases.register(self._db, me))
        except DatabaseDownError:
            self._disconnect()
            raise
        self._thread = threading.Thread(target=self._work, name="segue-heartbeat", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        pause = leases.LEASE_SECONDS / 3
        try:
            while not self._stop.wait(pause):
                pause = self._beat()
        except Exception:  # a worker without a heartbeat only looks alive
            log.exception("heartbeat.failed")
            die("its heartbeat failed")

    def _beat(self) -> float:
        """Renew the lease once; returns the seconds until the next time."""
        if self._loop_hangs():
            return leases.LEASE_SECONDS / 3
        try:
            self._db = self._db or self._open()
            now = leases.renew(self._db, self._me.id)
            stuck = self._watchdog.barks(self._db)
        except (DatabaseDownError, OSError) as error:
            metrics.lease_renewed("database_away")
            log.warning("heartbeat.database_away", error=str(error))
            self._disconnect()
            return min(AGAIN_SECONDS, leases.LEASE_SECONDS / 3)
        metrics.lease_renewed("lost" if now is None else "renewed")
        if now is not None:
            self._tell_time(now)
        if not self._stop.is_set():
            if now is None:
                die("its lease was given to others")
            if stuck:
                die("runs wait, and it takes none")
        return leases.LEASE_SECONDS / 3

    def _loop_hangs(self) -> bool:
        """A loop that hangs does no work: let the lease run out, so that others do it.

        There may be no others: then only a new start helps.
        """
        lag = self._loop_lag()
        if lag <= leases.LEASE_SECONDS / 2:
            self._hangs = 0
            return False
        self._hangs += 1
        metrics.lease_renewed("loop_hangs")
        log.error("worker.loop_hangs", seconds=round(lag, 1))
        if self._hangs >= HANGS_BEFORE_LEAVING and not self._stop.is_set():
            die("its loop hangs")
        return True

    def _disconnect(self) -> None:
        """Before the next session: what the old one may still hold would stand in its way."""
        db, self._db = self._db, None
        if db is None:
            return
        try:
            db.close()
        except Exception as error:  # noqa: BLE001  it may be gone already
            log.debug("heartbeat.close", error=str(error))

    def stop(self) -> None:
        """Stop renewing; the sign of life is freed with the connection."""
        self._stop.set()
        self._thread.join(timeout=5)
        self._disconnect()


async def registered(
    open_session: Callable[[], Connection],
    me: leases.Incarnation,
    loop_lag: Callable[[], float],
    watchdog: Watchdog,
    tell_time: Callable[[float], None],
) -> Heartbeat:
    """A worker's heartbeat once it is registered.

    A database that is away, or full of others, is waited for: to die of it helps nobody.
    """
    pause = 0.5
    while True:
        try:
            return await asyncio.to_thread(
                Heartbeat, open_session, me, loop_lag, watchdog, tell_time
            )
        except DatabaseDownError as error:
            log.warning("worker.waits_for_database", error=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)


def die(why: str) -> None:
    """Leave at once: whatever this process still holds in memory no longer counts."""
    log.error("worker.exits", why=why)
    os._exit(GIVEN_UP_EXIT_CODE)
