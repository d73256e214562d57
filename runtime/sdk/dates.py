"""Dates as people reckon with them: months have lengths, days may have 23 hours, zones matter."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Literal

from runtime.sdk.items import Json
from runtime.sdk.values import as_text, moment, unfit

Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
Span = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_PATTERN = 100  # characters of a form somebody wrote down

_PIECE = re.compile(
    r"\[[^\]]*\]|YYYY|YY|M{1,4}|DD?|d{3,4}|HH?|hh?|mm?|ss?|A|Z|[^YMDdHhmsAZ\[]+|.", re.DOTALL
)
_SHOWN: Mapping[str, Callable[[datetime], str]] = {
    "YYYY": lambda t: f"{t.year:04}",
    "YY": lambda t: f"{t.year % 100:02}",
    "MMMM": lambda t: MONTHS[t.month - 1],
    "MMM": lambda t: MONTHS[t.month - 1][:3],
    "MM": lambda t: f"{t.month:02}",
    "M": lambda t: str(t.month),
    "DD": lambda t: f"{t.day:02}",
    "D": lambda t: str(t.day),
    "dddd": lambda t: DAYS[t.weekday()],
    "ddd": lambda t: DAYS[t.weekday()][:3],
    "HH": lambda t: f"{t.hour:02}",
    "H": lambda t: str(t.hour),
    "hh": lambda t: f"{t.hour % 12 or 12:02}",
    "h": lambda t: str(t.hour % 12 or 12),
    "mm": lambda t: f"{t.minute:02}",
    "m": lambda t: str(t.minute),
    "ss": lambda t: f"{t.second:02}",
    "s": lambda t: str(t.second),
    "A": lambda t: "AM" if t.hour < 12 else "PM",
    "Z": lambda t: t.isoformat()[-6:],
}
_READ = {
    "YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m", "DD": "%d",
    "D": "%d", "dddd": "%A", "ddd": "%a", "HH": "%H", "H": "%H", "hh": "%I", "h": "%I",
    "mm": "%M", "m": "%M", "ss": "%S", "s": "%S", "A": "%p", "Z": "%z",
}  # fmt: skip


def read_date(value: Json, zone: tzinfo, pattern: str = "") -> datetime:
    """The moment a value means, by the clock of `zone` where it does not say another.

    Without a pattern: ISO 8601, e-mail dates, and seconds or milliseconds since 1970.
    """
    text = as_text(value).strip()
    found = _by_pattern(text, pattern) if pattern else _as_usual(value, text)
    try:
        return in_zone(found if found.tzinfo else found.replace(tzinfo=zone), zone)
    except OverflowError:
        raise unfit(f"“{text[:40]}” is too far away to reckon with.") from None


def _by_pattern(text: str, pattern: str) -> datetime:
    try:
        return datetime.strptime(text, _strptime(pattern))  # noqa: DTZ007  the caller knows the zone
    except (ValueError, re.error):
        raise unfit(
            f"“{text[:40]}” is not a date written like {pattern}.",
            fix="Look at the data, or describe its form anew: DD.MM.YYYY HH:mm",
        ) from None


def _as_usual(value: Json, text: str) -> datetime:
    if text.isdecimal() and text.isascii() and len(text) in (10, 13):
        return moment(int(text))
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return moment(value)  # a number, or the error that says how dates look


@lru_cache(maxsize=500)
def _strptime(pattern: str) -> str:
    if "%" in pattern:
        return pattern
    return "".join(_READ.get(piece) or _words(piece) for piece in _PIECE.findall(pattern))


def write_date(when: datetime, pattern: str) -> str:
    """A date in a form like `DD.MM.YYYY HH:mm`, words in square brackets, or like `%d.%m.%Y`."""
    if len(pattern) > MOST_PATTERN:
        raise unfit("The form of the date is too long.")
    if "%" in pattern:
        try:
            return when.strftime(pattern)
        except ValueError:
            raise unfit(f"“{pattern}” is not a form a date can have.") from None
    pieces = _PIECE.findall(pattern)
    return "".join(_SHOWN[p](when) if p in _SHOWN else _words(p) for p in pieces)


def _words(piece: str) -> str:
    return piece[1:-1] if piece.startswith("[") and piece.endswith("]") else piece


def iso(when: datetime) -> str:
    """As dates travel between steps: 2026-03-31T09:00:00+02:00."""
    return when.isoformat(timespec="milliseconds" if when.microsecond else "seconds")


def in_zone(when: datetime, zone: tzinfo) -> datetime:
    """The same moment on another clock; times that a clock skips become those it shows instead."""
    return when.astimezone(UTC).astimezone(zone)


def moved(when: datetime, amount: int, unit: Unit) -> datetime:
    """Later by so much, or earlier where it is negative.

    Days, weeks, months and years keep the time on the clock; a month later than January 31 is the
    last day of February.
    """
    try:
        if unit in ("hours", "minutes", "seconds"):
            return in_zone(when.astimezone(UTC) + timedelta(**{unit: amount}), _zone(when))
        if unit in ("days", "weeks"):
            return in_zone(when + timedelta(**{unit: amount}), _zone(when))
        return in_zone(_months_later(when, amount * (12 if unit == "years" else 1)), _zone(when))
    except (OverflowError, ValueError):
        raise unfit("The date would be too far away to reckon with.") from None


def _months_later(when: datetime, months: int) -> datetime:
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return when.replace(
        year=year, month=month + 1, day=min(when.day, monthrange(year, month + 1)[1])
    )


def _zone(when: datetime) -> tzinfo:
    return when.tzinfo or UTC


def between(start: datetime, end: datetime, unit: Unit) -> float:
    """How much later `end` is; negative where it is earlier. Both on the same clock."""
    if unit in ("months", "years"):
        return _months_between(start, end) / (12 if unit == "years" else 1)
    if unit in ("days", "weeks"):
        # By the clock: a day on which summer time begins is one day, not 23 hours.
        apart = end.replace(tzinfo=None) - start.replace(tzinfo=None)
    else:
        apart = end.astimezone(UTC) - start.astimezone(UTC)
    return apart / timedelta(**{unit: 1})


def _months_between(start: datetime, end: datetime) -> float:
    if end < start:
        return -_months_between(end, start)
    whole = (end.year - start.year) * 12 + end.month - start.month
    if moved(start, whole, "months") > end:
        whole -= 1
    begun = moved(start, whole, "months")
    return whole + (end - begun) / (moved(start, whole + 1, "months") - begun)


_NEXT: Mapping[Span, tuple[int, Unit]] = {
    "minute": (1, "minutes"), "hour": (1, "hours"), "day": (1, "days"), "week": (1, "weeks"),
    "month": (1, "months"), "quarter": (3, "months"), "year": (1, "years"),
}  # fmt: skip


def start_of(when: datetime, span: Span) -> datetime:
    """The first moment of the minute, day, month … it lies in. Weeks begin on Monday."""
    at = when.replace(second=0, microsecond=0)
    if span != "minute":
        at = at.replace(minute=0)
    if span not in ("minute", "hour"):
        at = at.replace(hour=0)
    if span == "week":
        at -= timedelta(days=at.weekday())
    if span in ("month", "quarter", "year"):
        at = at.replace(day=1)
    if span == "quarter":
        at = at.replace(month=(at.month - 1) // 3 * 3 + 1)
    if span == "year":
        at = at.replace(month=1)
    return in_zone(at, _zone(when))


def end_of(when: datetime, span: Span) -> datetime:
    """The last second of the minute, day, month … it lies in."""
    amount, unit = _NEXT[span]
    return moved(moved(start_of(when, span), amount, unit), -1, "seconds")
