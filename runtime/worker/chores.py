"""What one worker at a time does beside its runs: an own thread and an own connection for each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import Error as DatabaseError
from django.db import connections

from runtime.services.files import shelf
from runtime.services.run_figures import sum_up_days
from runtime.services.take_mails import take_mails
from runtime.services.tell_people import tell_people
from runtime.services.tell_reviewers import tell_reviewers
from runtime.store.dialect import Connection, DatabaseDownError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Work that is done again and again; the name is that of its lock, too."""

    name: str
    every_seconds: float
    work: Callable[[Connection], object]


CHORES = (
    Chore("alerts", 5.0, tell_people),
    Chore("figures", 600.0, sum_up_days),
    Chore("reviews", 5.0, tell_reviewers),
    Chore("mailboxes", 5.0, lambda db: take_mails(db, shelf())),
)


class Hand:
    """Does one chore. There is one in each worker; whoever holds the lock works, others look on."""

    def __init__(self, chore: Chore, open_connection: Callable[[], Connection]) -> None:
        self._chore = chore
        self._open = open_connection
        self._stop = threading.Event()
        name = f"segue-{chore.name}"
        self._thread = threading.Thread(target=self._main, name=name, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is under way may end by itself."""
        self._stop.set()

    def _main(self) -> None:
        db: Connection | None = None
        while not self._stop.wait(self._chore.every_seconds):
            try:
                db = db or self._open()
                if db.hold_alone(self._chore.name):
                    self._chore.work(db)
            except (DatabaseDownError, DatabaseError) as error:
                log.warning("chore.database_away", chore=self._chore.name, error=str(error))
                _close(db)
                db = None
            except Exception:  # with its lock kept and no thread, nobody would do it any more
                log.exception("chore.failed", chore=self._chore.name)
                _close(db)
                db = None
        _close(db)


def start_chores(open_connection: Callable[[], Connection]) -> list[Hand]:
    """Return those that work."""
    hands = [Hand(chore, open_connection) for chore in CHORES]
    for hand in hands:
        hand.start()
    return hands


def _close(db: Connection | None) -> None:
    connections.close_all()  # of this thread
    if db is not None:
        try:
            db.close()
        except Exception as error:  # noqa: BLE001  a connection that is gone may fail to close
            log.debug("database.close", error=str(error))
