"""The real clock: the machine's own, as long as it agrees with the database's."""

from __future__ import annotations

import random
import time

SAME_SECONDS = 1.0


class SystemClock:
    """See `runtime.engine.ports.Clock`."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def agree(self, database_now: float) -> None:
        """Go by the database's time where this machine's is wrong: all who work on runs must agree
        on when a deadline has passed."""
        ahead = database_now - time.time()
        self._ahead = ahead if abs(ahead) > SAME_SECONDS else 0.0

    def random(self) -> float:
        return random.random()  # noqa: S311  jitter, not a secret
