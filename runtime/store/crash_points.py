"""Places where a test may make this process die: one at each boundary between two statements.

Nothing happens unless `SEGUE_CRASH_AT` names one as `label` or `label:pass`; nobody but tests does.
With `label:pass:away` the process lives, and its session with the database is lost right there.
"""

from __future__ import annotations

import os
from itertools import count

from runtime.store.dialect import DatabaseDownError

VARIABLE = "SEGUE_CRASH_AT"
EXIT_CODE = 9

# In the order they are passed; a test sees to it that none is missing here.
ACCEPT = ("accept.begin", "accept.delivered", "accept.inserted", "accept.committed")
CLAIM = ("claim.begin", "claim.taken", "claim.committed", "claim.loaded")
COMMIT = ("commit.begin", "commit.committed", "commit.told")
# Only where a commit is several statements; PostgreSQL's is one.
COMMIT_PIECES = (
    "commit.fenced",
    "commit.steps",
    "commit.attempts",
    "commit.waits",
    "commit.advanced",
    "commit.ended",
)
LEASE = (
    "register.begin",
    "register.committed",
    "bury.locked",
    "bury.requeued",
    "bury.committed",
    "release.begin",
    "release.requeued",
    "release.committed",
)
SCHEDULE = ("schedule.locked", "schedule.accepted", "schedule.moved", "schedule.committed")
PRUNE = ("prune.begin", "prune.rows", "prune.runs", "prune.payloads", "prune.committed")
FILE = ("file.written", "file.kept")
LABELS = frozenset((*ACCEPT, *CLAIM, *COMMIT, *COMMIT_PIECES, *LEASE, *SCHEDULE, *PRUNE, *FILE))

_armed: tuple[str, int, bool] | None = None
_passes = count(1)


def arm(where: str) -> None:
    """Die at `label`, `label:pass` or `label:pass:away`; an empty text disarms."""
    global _armed, _passes
    label, times, how = [*where.split(":"), "", ""][:3]
    if label and label not in LABELS:
        raise ValueError(f"no crash point is called {label}")
    _armed = (label, int(times or 1), how == "away") if label else None
    _passes = count(1)


def crash_point(label: str) -> None:
    """Die here as by `kill -9`, if a test said so: no clean-up, no rollback, no last words."""
    if _armed is None or label != _armed[0] or next(_passes) != _armed[1]:
        return
    if _armed[2]:
        raise DatabaseDownError("a test took the session away")
    os._exit(EXIT_CODE)


arm(os.environ.get(VARIABLE, ""))
