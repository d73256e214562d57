"""The real clock."""

from __future__ import annotations

import random
import time


class SystemClock:
    """See `runtime.engine.ports.Clock`."""

    def now(self) -> float:
        return time.time()

    def random(self) -> float:
        return random.random()  # noqa: S311  jitter, not a secret
