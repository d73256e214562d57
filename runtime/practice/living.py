"""How a model's own process lives: it says where it listens, and ends when nobody needs it.

What it writes lies in the install's folder, so that web and workers share one process a model.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

IDLE_SECONDS = 15 * 60
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Resident:
    """A model that is served on this machine: its name in the folder, its program, its mark.

    The mark stands in what it answers to `GET /v1/models`, so that nobody else is taken for it.
    """

    name: str
    module: str
    mark: bytes

    @property
    def place(self) -> str:
        """The file that says where it listens."""
        return f"{self.name}.json"

    @property
    def wanted(self) -> str:
        """The file whose time of change is when somebody last wanted it."""
        return f"{self.name}.wanted"


def die_with(parent: int) -> None:
    """Ask the kernel to end us with our parent; elsewhere than on Linux `stay` does it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(0)


def stay(resident: Resident, folder: Path, parent: int, url: str, key: str) -> None:
    """Say where we listen, then wait until the parent is gone or nobody asks any more."""
    place = {"url": url, "key": key, "pid": os.getpid()}
    _write(folder / resident.place, json.dumps(place))
    signal.signal(signal.SIGTERM, lambda *_: _end(resident, folder))
    watch = threading.Thread(target=_watch, args=(resident, folder, parent), daemon=True)
    watch.start()
    signal.pause()


def _write(path: Path, text: str) -> None:
    """All or nothing, and readable by its owner alone: it holds the key."""
    aside = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    aside.replace(path)


def _watch(resident: Resident, folder: Path, parent: int) -> None:
    while os.getppid() == parent and _idle(folder / resident.wanted) < IDLE_SECONDS:
        time.sleep(2)
    _end(resident, folder)


def _end(resident: Resident, folder: Path) -> None:
    """At once: a model's threads hold nothing that would have to be saved."""
    path = folder / resident.place
    with contextlib.suppress(OSError, ValueError):
        if json.loads(path.read_text())["pid"] == os.getpid():
            path.unlink()
    os._exit(0)


def _idle(wanted: Path) -> float:
    try:
        return time.time() - wanted.stat().st_mtime
    except OSError:
        return 0.0
