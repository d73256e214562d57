"""A clock that tells the real time and draws the same numbers every time."""

from __future__ import annotations

import random
import time


class FixedClock:
    """See `runtime.engine.ports.Clock`."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311  jitter, not a secret

    def now(self) -> float:
        return time.time()

    def random(self) -> float:
        return self._random.random()
