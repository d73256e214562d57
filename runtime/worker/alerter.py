"""Tells people of failures: an own thread, an own connection, one worker at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from django.db import Error as DatabaseError
from django.db import connections

from runtime.services.tell_people import tell_people
from runtime.store.dialect import Connection, DatabaseDownError

log = structlog.get_logger(__name__)
TASK = "alerts"
EVERY_SECONDS = 5.0


class Alerter:
    """Runs in each worker; whoever holds the lock sends, the others look whether it is free."""

    def __init__(self, open_connection: Callable[[], Connection]) -> None:
        self._open = open_connection
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._main, name="segue-alerts", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End; a mail under way may end by itself."""
        self._stop.set()

    def _main(self) -> None:
        db: Connection | None = None
        while not self._stop.wait(EVERY_SECONDS):
            try:
                db = db or self._open()
                if db.hold_alone(TASK):
                    tell_people(db)
            except (DatabaseDownError, DatabaseError) as error:
                log.warning("alerts.database_away", error=str(error))
                _close(db)
                db = None
            except Exception:  # with its lock kept and no thread, nobody would be told any more
                log.exception("alerts.failed")
                _close(db)
                db = None
        _close(db)


def start_alerter(open_connection: Callable[[], Connection]) -> Alerter:
    """Return one that runs."""
    alerter = Alerter(open_connection)
    alerter.start()
    return alerter


def _close(db: Connection | None) -> None:
    connections.close_all()  # of this thread
    if db is not None:
        try:
            db.close()
        except Exception as error:  # noqa: BLE001  a connection that is gone may fail to close
            log.debug("database.close", error=str(error))
