"""Started by the clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from runtime.sdk import BatchNode, Example, Item, Kind, NodeParams, Output, Port, TriggerInfo, field
from runtime.sdk.node import Finding
from runtime.sdk.schedules import (
    BadTimetableError,
    Missed,
    Schedule,
    Timetable,
    explain_line,
    known_zones,
    read_line,
    suggest_zone,
    zone_named,
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Repeat = Literal["minutes", "hours", "daily", "workdays", "weekly", "monthly", "cron"]

_DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_AT_TIMES = ["daily", "workdays", "weekly", "monthly"]
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_LAST = "last"


def _ordinal(day: int) -> str:
    ending = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


class ScheduleTrigger(BatchNode):
    """Start the flow by the clock: every few minutes, every day, on some days, every month."""

    type, version = "trigger.schedule", 1
    name, category, icon = "Schedule", "Triggers", "calendar-time"
    keywords = ("cron", "timer", "clock", "daily", "weekly", "interval", "every", "recurring")
    inputs, outputs = (), (Port("out"),)
    trigger = TriggerInfo("schedule", "The clock")

    class Params(NodeParams):
        repeat: Repeat = field(
            Kind.CHOICE,
            "daily",
            label="Start",
            choices={
                "minutes": "Every few minutes",
                "hours": "Every few hours",
                "daily": "Every day",
                "workdays": "From Monday to Friday",
                "weekly": "On chosen days of the week",
                "monthly": "Every month",
                "cron": "By a cron line (for experts)",
            },
        )
        minutes: int = field(
            Kind.INTEGER,
            15,
            label="Minutes",
            help="Counted from midnight on.",
            show_if=("repeat", ["minutes"]),
            templates=False,
            ge=1,
            le=720,
        )
        hours: int = field(
            Kind.INTEGER,
            1,
            label="Hours",
            help="Counted from midnight on.",
            show_if=("repeat", ["hours"]),
            templates=False,
            ge=1,
            le=23,
        )
        minute: int = field(
            Kind.INTEGER,
            0,
            label="Minute of the hour",
            show_if=("repeat", ["hours"]),
            templates=False,
            ge=0,
            le=59,
        )
        weekdays: tuple[Weekday, ...] = field(
            Kind.LIST,
            ("mon",),
            label="Days",
            show_if=("repeat", ["weekly"]),
            templates=False,
            choices=_DAYS,
        )
        day: str = field(
            Kind.CHOICE,
            "1",
            label="Day of the month",
            help="A month that has no such day uses its last one.",
            show_if=("repeat", ["monthly"]),
            choices={
                **{str(day): _ordinal(day) for day in range(1, 32)},
                _LAST: "The last day",
            },
        )
        at: str = field(
            Kind.TEXT,
            "09:00",
            label="At",
            help="The time of day, from 00:00 to 23:59. Several have commas between them.",
            placeholder="09:00",
            show_if=("repeat", _AT_TIMES),
            templates=False,
            max_length=200,
        )
        cron: str = field(
            Kind.TEXT,
            "0 9 * * 1-5",
            label="Cron line",
            help="Minute, hour, day of the month, month, day of the week.",
            placeholder="0 9 * * 1-5",
            show_if=("repeat", ["cron"]),
            templates=False,
            max_length=200,
        )
        zone: str = field(
            Kind.CHOICE,
            "",
            label="Time zone",
            help="The place whose clock counts, also when it changes to summer time.",
            choices={
                "": "This server's",
                **{zone: zone.replace("_", " ") for zone in known_zones()},
            },
        )
        missed: Literal["once", "all", "skip"] = field(
            Kind.CHOICE,
            "once",
            label="Missed times",
            help="Times at which Segue was not running.",
            choices={
                "once": "Make up for them with one run",
                "all": "Make up for each, 100 at most",
                "skip": "Leave them out",
            },
        )

    examples = (
        Example(
            "Every Monday at nine",
            {"repeat": "weekly", "weekdays": ["mon"], "at": "09:00", "zone": "Europe/Berlin"},
            input=[{"scheduled_for": "2026-03-30T09:00:00+02:00"}],
            output={"out": [{"scheduled_for": "2026-03-30T09:00:00+02:00"}]},
        ),
        Example("The last day of each month", {"repeat": "monthly", "day": "last", "at": "18:00"}),
        Example("Every quarter of an hour", {"repeat": "minutes", "minutes": 15}),
    )
    output_sample = {
        "scheduled_for": "2026-03-30T09:00:00+02:00",
        "fired_at": "2026-03-30T09:00:00.312000+02:00",
        "zone": "Europe/Berlin",
        "late": False,
        "missed_before": 0,
    }

    def run_batch(self, params: Sequence[Any], items: Sequence[Item]) -> Sequence[Output]:
        return [Output.items((item,)) for item in items]

    @classmethod
    def schedule(cls, params: Any) -> Schedule:
        return Schedule(_timetable(params), params.zone, Missed(params.missed), _words(params))

    @classmethod
    def check(cls, params: Any) -> Sequence[Finding]:
        findings: list[Finding] = []
        try:
            _timetable(params)
        except BadTimetableError as error:
            findings.append((_field_of(params), str(error), error.fix))
        if zone_named(params.zone) is None:
            near = suggest_zone(params.zone)
            fix = f"Did you mean {near}?" if near else "Choose the nearest big city."
            findings.append(("zone", f"“{params.zone[:60]}” is not a time zone.", fix))
        if params.day not in (*map(str, range(1, 32)), _LAST):
            findings.append(("day", f"No month has a day “{params.day[:20]}”."))
        return findings


def _field_of(params: Any) -> str:
    if params.repeat == "weekly" and not params.weekdays:
        return "weekdays"
    return "cron" if params.repeat == "cron" else "at"


def _timetable(params: Any) -> Timetable:
    """The settings as cron lines; raises BadTimetableError."""
    repeat = params.repeat
    if repeat == "minutes":
        return Timetable(minutes=params.minutes)
    if repeat == "hours":
        # Fixed hours, so that none comes twice when the clock is put back.
        hours = "*" if params.hours == 1 else ",".join(map(str, range(0, 24, params.hours)))
        return Timetable((f"{params.minute} {hours} * * *",))
    if repeat == "cron":
        return read_line(params.cron)
    days = _days(params)
    return Timetable(tuple(f"{m} {h} {day}" for h, m in _times(params.at) for day in days))


def _days(params: Any) -> Sequence[str]:
    """Day, month and day of the week of one cron line or several."""
    if params.repeat == "daily":
        return ("* * *",)
    if params.repeat == "workdays":
        return ("* * 1-5",)
    if params.repeat == "weekly":
        if not params.weekdays:
            raise BadTimetableError("No day of the week is chosen.", "Choose one or more days.")
        return (f"* * {','.join(params.weekdays)}",)
    if params.day in (_LAST, "31"):
        return ("L * *",)
    if params.day in ("29", "30"):
        return (f"{params.day} 1,3-12 *", "L 2 *")
    return (f"{params.day} * *",)


def _times(text: str) -> list[tuple[int, int]]:
    """Hours and minutes, in the order of the day."""
    found = set()
    for part in text.split(","):
        match = _TIME.fullmatch(part.strip())
        if match is None:
            raise BadTimetableError(
                f"“{part.strip()[:20]}” is not a time of day.",
                "Write it like 09:00, with 24 hours. Several have commas between them.",
            )
        found.add((int(match[1]), int(match[2])))
    return sorted(found)


def _words(params: Any) -> str:
    repeat = params.repeat
    if repeat == "minutes":
        return "Every minute" if params.minutes == 1 else f"Every {params.minutes} minutes"
    if repeat == "hours":
        often = "Every hour" if params.hours == 1 else f"Every {params.hours} hours"
        return f"{often} at minute {params.minute}" if params.minute else f"{often} on the hour"
    if repeat == "cron":
        return explain_line(params.cron)
    at = _listed([f"{hour:02d}:{minute:02d}" for hour, minute in _times(params.at)])
    return f"{_which_days(params)} at {at}"


def _which_days(params: Any) -> str:
    if params.repeat == "daily":
        return "Every day"
    if params.repeat == "workdays":
        return "From Monday to Friday"
    if params.repeat == "weekly":
        return f"Every {_listed([_DAYS[day] for day in params.weekdays])}"
    if params.day == _LAST:
        return "On the last day of every month"
    day = int(params.day)
    if day > 28:
        return f"On the {_ordinal(day)} of every month or its last day"
    return f"On the {_ordinal(day)} of every month"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
