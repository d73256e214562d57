"""Waits for what a run answers, for callers that hold a line open for it."""

from __future__ import annotations

import time
from uuid import UUID

from django.db import DatabaseError, connection

from runtime.services.away import is_away
from runtime.services.send_form import Ended, ended

FIRST_LOOK, LONGEST_PAUSE = 0.05, 0.5  # seconds
FEW_LOOKS = 0.2  # until pauses are this long, the session is kept


def wait_for_answer(run_id: UUID, seconds: float) -> Ended:
    """Return the answer, or how it stands after so long.

    It is accepted: whoever started it must not hear that it failed because the database is away.
    """
    until, pause = time.monotonic() + seconds, FIRST_LOOK
    standing = Ended(over=False, good=True)
    while True:
        try:
            standing = ended(run_id)
        except DatabaseError as error:
            if not is_away(error):
                raise
        left = until - time.monotonic()
        if standing.over or left <= 0:
            return standing
        if pause > FEW_LOOKS and not connection.in_atomic_block:
            connection.close()  # many may wait long: the database has only so many places
        time.sleep(min(pause, left))
        pause = min(LONGEST_PAUSE, 1.3 * pause)
