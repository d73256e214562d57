"""Counts in memory, written out twice a second: what is counted most costs least.

A process that is killed takes with it what it counted since the last time.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

Labels = tuple[str, ...]
Counts = Mapping[tuple[str, Labels], float]
Values = Mapping[tuple[str, Labels], Sequence[float]]
EVERY_SECONDS = 0.5


class Tally:
    """`write` is called from a thread of its own with all that was counted and measured."""

    def __init__(self, write: Callable[[Counts, Values], None]) -> None:
        self.lock = threading.Lock()  # hold it while `counts` or `values` are changed
        self.counts: defaultdict[tuple[str, Labels], float] = defaultdict(float)
        self.values: defaultdict[tuple[str, Labels], list[float]] = defaultdict(list)
        self._write = write
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        os.register_at_fork(after_in_child=self._begin_anew)
        atexit.register(self.flush)

    def add(self, family: str, labels: Labels = (), count: float = 1) -> None:
        """One or more of something."""
        with self.lock:
            self.counts[family, labels] += count
        self.wake()

    def measure(self, family: str, value: float, labels: Labels = ()) -> None:
        """One value of many."""
        with self.lock:
            self.values[family, labels].append(value)
        self.wake()

    def wake(self) -> None:
        """See to it that what was counted is written."""
        if self._thread is None:
            with self.lock:
                if self._thread is None:
                    self._thread = threading.Thread(
                        target=self._keep_writing, name="segue-figures", daemon=True
                    )
                    self._thread.start()

    def flush(self) -> None:
        """Write now."""
        with self._writing:
            with self.lock:
                counts, self.counts = self.counts, defaultdict(float)
                values, self.values = self.values, defaultdict(list)
            if counts or values:
                with suppress(OSError):  # no room on the disk: these are lost, nothing else
                    self._write(counts, values)

    def _keep_writing(self) -> None:
        while True:
            time.sleep(EVERY_SECONDS)
            self.flush()

    def _begin_anew(self) -> None:
        self.lock, self._writing, self._thread = threading.Lock(), threading.Lock(), None
        self.counts.clear()
        self.values.clear()
