"""Which workers are silent, as one who watches them can tell without trusting any wall clock.

Clocks of machines differ and jump. That a lease was not renewed while somebody looked on for as
long as a lease lasts, by his own steady clock, does not depend on any of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(slots=True)
class Watch:
    """What one worker sees of the others. `lease_seconds` is how long a lease lasts."""

    lease_seconds: float
    steady: Callable[[], float] = time.monotonic
    _seen: dict[UUID, tuple[Any, float]] = field(default_factory=dict)
    _missing: dict[UUID, float] = field(default_factory=dict)
    _looked: float | None = None
    _session: object = None
    _again_since: float | None = None

    def look(self, session: object) -> None:
        """A look begins, over this session.

        Who did not look for a while (the database was away, the machine asleep) knows nothing of
        that time: the others could not renew anything either.
        """
        now = self.steady()
        if self._looked is not None and now - self._looked > self.lease_seconds / 3:
            self._seen.clear()
        if self._session is not None and session is not self._session:
            self._again_since = now
        self._looked, self._session = now, session

    def silent(self, worker: UUID, lease: Any) -> bool:
        """Whether this lease stood unchanged for as long as one lasts."""
        now = self.steady()
        before = self._seen.get(worker)
        if before is None or before[0] != lease:
            self._seen[worker] = (lease, now)
            return False
        return now - before[1] > self.lease_seconds

    @property
    def trusts_signs(self) -> bool:
        """Whether a missing sign of life means death.

        Where our own session was cut off, those of the others were too, and with them their signs:
        they get the time to come back.
        """
        since = self._again_since
        return since is None or self.steady() - since > self.lease_seconds

    def missed(self, worker: UUID, missing: bool, grace_seconds: float) -> bool:
        """Whether its sign of life has been missing at every look for longer than that."""
        if not missing:
            self._missing.pop(worker, None)
            return False
        now = self.steady()
        return now - self._missing.setdefault(worker, now) >= grace_seconds

    def forget(self, worker: UUID) -> None:
        """It was given up."""
        self._seen.pop(worker, None)
        self._missing.pop(worker, None)
