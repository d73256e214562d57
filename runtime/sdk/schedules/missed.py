"""Which times of a schedule are started now: the due ones, and what is made up for of the rest."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from itertools import islice

from runtime.sdk.schedules.timetable import Timetable

ON_TIME_SECONDS = 60.0  # a time that is no older was not missed, only seen a little late
MOST_MADE_UP = 100  # times that *all* starts at once
MOST_COUNTED = 1000
_FIRST_LOOK_BACK_SECONDS = 3600.0


class Missed(StrEnum):
    """What becomes of times at which nothing ran."""

    ONCE = "once"  # one run for all of them
    ALL = "all"  # a run for each, for the latest of them if they are many
    SKIP = "skip"  # none


@dataclass(frozen=True, slots=True)
class Due:
    """The times to start now, oldest first; the next one; how many passed without a run."""

    start: tuple[float, ...]
    next: float | None
    passed: int = 0


def due(timetable: Timetable, zone: tzinfo, pending: float, now: float, missed: Missed) -> Due:
    """What to do about a schedule whose next time was `pending`.

    That time counts even where the timetable does not name it any more: it was promised under an
    older one. The answer does not depend on how often anybody looks.
    """
    if pending > now:
        return Due((), pending)
    latest = _latest(timetable, zone, pending, now)
    on_time = tuple(at for at in latest if at > now - ON_TIME_SECONDS)
    start = on_time
    if missed is Missed.ALL:
        start = tuple(latest)
    elif missed is Missed.ONCE and not on_time:
        start = (latest[-1],)
    following = timetable.after(max(latest[-1], pending), zone)
    if following is not None and following <= now:  # only if a zone's own data is odd
        following = timetable.after(now, zone)
    return Due(start, following, _count(timetable, zone, pending, now) - len(start))


def _latest(timetable: Timetable, zone: tzinfo, pending: float, now: float) -> deque[float]:
    """The newest times from `pending` to `now`, without going through years of minutes."""
    span = _FIRST_LOOK_BACK_SECONDS
    while now - span > pending:
        found = deque(timetable.until(now, after=now - span, zone=zone), MOST_MADE_UP)
        if len(found) == MOST_MADE_UP:
            return found
        span *= 4
    return deque((pending, *timetable.until(now, after=pending, zone=zone)), MOST_MADE_UP)


def _count(timetable: Timetable, zone: tzinfo, pending: float, now: float) -> int:
    """How many times there were, up to a thousand."""
    following = timetable.until(now, after=pending, zone=zone)
    return 1 + sum(1 for _ in islice(following, MOST_COUNTED - 1))
