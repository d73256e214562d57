"""Moments that come again: cron lines, or every so many minutes from each midnight on.

Cron lines follow Debian's cron at the change of clocks: a fixed time that does not exist that day
comes right after the gap, one that comes twice is taken once, and lines with a star in minute or
hour follow the hours that really pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from cronsim import CronSim, CronSimError

LONGEST_LINE = 200  # characters
_PARTS = {
    "minute": ("the minute, the first part", "0 to 59"),
    "hour": ("the hour, the second part", "0 to 23"),
    "day-of-month": ("the day of the month, the third part", "1 to 31, or L for the last"),
    "month": ("the month, the fourth part", "1 to 12, or JAN to DEC"),
    "day-of-week": ("the day of the week, the fifth part", "0 to 7, or SUN to SAT"),
}


class BadTimetableError(ValueError):
    """A timetable that cannot be read, or never comes true; `fix` says what to write instead."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Timetable:
    """The moments that any of the cron `lines` names, or every `minutes` from midnight on."""

    lines: tuple[str, ...] = ()
    minutes: int | None = None

    def after(self, moment: float, zone: tzinfo) -> float | None:
        """The first moment later than this one; None where none will ever come."""
        if self.minutes is not None:
            return _step_after(self.minutes, moment, zone)
        found = [_line_after(line, moment, zone) for line in self.lines]
        return min((at for at in found if at is not None), default=None)

    def until(self, last: float, *, after: float, zone: tzinfo) -> Iterator[float]:
        """All moments later than `after`, up to `last` and including it."""
        at = self.after(after, zone)
        while at is not None and at <= last:
            yield at
            at = self.after(at, zone)

    def first(self, count: int, *, after: float, zone: tzinfo) -> list[float]:
        """The next so many moments, or fewer where it ends before."""
        found: list[float] = []
        at = self.after(after, zone)
        while at is not None and len(found) < count:
            found.append(at)
            at = self.after(at, zone)
        return found


def _line_after(line: str, moment: float, zone: tzinfo) -> float | None:
    # In the hour that comes twice a fixed time is meant once, the first time: what is found then
    # may lie before the moment it was asked for.
    simulated = _simulate(line, datetime.fromtimestamp(moment, zone))
    return next((at for found in simulated if (at := found.timestamp()) > moment), None)


def _simulate(line: str, begin: datetime) -> Iterator[datetime]:
    """What the line names after the beginning; ends after fifty years without any."""
    try:
        yield from CronSim(line, begin)
    except CronSimError:
        return


def _step_after(minutes: int, moment: float, zone: tzinfo) -> float:
    """Steps of time that really passes; each midnight begins anew, so the times stay the same."""
    today = datetime.fromtimestamp(moment, zone).date()
    midnight = _midnight(today, zone)
    passed = int((moment - midnight) // (minutes * 60)) + 1
    return min(midnight + passed * minutes * 60, _midnight(today + timedelta(days=1), zone))


def _midnight(day: date, zone: tzinfo) -> float:
    return datetime.combine(day, time(), zone).timestamp()


def read_line(line: str) -> Timetable:
    """A cron line as a timetable; raises BadTimetableError, naming the part that is wrong."""
    parts = line.split()
    if len(parts) != 5 or len(line) > LONGEST_LINE:
        raise BadTimetableError(
            f"A cron line has five parts with spaces between them; this one has {len(parts)}.",
            "Write minute, hour, day, month and day of the week, like 0 9 * * 1-5.",
        )
    try:
        simulated = CronSim(line, _ANY_DAY)
    except CronSimError as error:
        raise _wrong_part(str(error), parts) from None
    except (AssertionError, ValueError, IndexError):
        raise _wrong_part("", parts) from None
    if next(simulated, None) is None:
        raise _never(line)
    return Timetable((" ".join(parts),))


def explain_line(line: str) -> str:
    """A good cron line in words."""
    return str(CronSim(line, _ANY_DAY).explain())


# Whether a line ever comes true does not depend on when one asks.
_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001


def _wrong_part(error: str, parts: Sequence[str]) -> BadTimetableError:
    names = list(_PARTS)
    name = error.removeprefix("Bad ")
    if name not in _PARTS:
        line = " ".join(parts)[:60]
        return BadTimetableError(f"“{line}” is not a cron line.", "Write it like 0 9 * * 1-5.")
    given = parts[names.index(name)]
    if name == "day-of-month" and given.replace("-", "").replace(",", "").isdecimal():
        days = [int(day) for day in given.replace("-", ",").split(",") if day]
        if days and all(1 <= day <= 31 for day in days) and given[-1].isdecimal():
            return _never(" ".join(parts))
    part, allowed = _PARTS[name]
    return BadTimetableError(
        f"“{given[:40]}” is not possible as {part} of a cron line.",
        f"Write a number from {allowed}, a star, or several like 1,15 or 1-5 or */2.",
    )


def _never(line: str) -> BadTimetableError:
    return BadTimetableError(
        f"“{line[:60]}” never comes true: there is no such day.",
        "Choose a day that the month has; L stands for its last one.",
    )
