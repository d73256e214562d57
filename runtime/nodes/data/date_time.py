"""Reckons with dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from runtime.sdk import BatchNode, Example, Item, Json, Kind, NodeError, NodeParams, Output, field
from runtime.sdk.dates import (
    DAYS,
    MOST_PATTERN,
    Span,
    Unit,
    between,
    end_of,
    in_zone,
    iso,
    moved,
    read_date,
    start_of,
    write_date,
)
from runtime.sdk.node import Finding
from runtime.sdk.paths import FieldName, with_field
from runtime.sdk.schedules import UTC_NAME, known_zones, suggest_zone, zone_named

_UNITS = {
    "seconds": "Seconds",
    "minutes": "Minutes",
    "hours": "Hours",
    "days": "Days",
    "weeks": "Weeks",
    "months": "Months",
    "years": "Years",
}


class DateTime(BatchNode):
    """Read, write, move and compare dates and times."""

    type, version = "data.date_time", 1
    name, category, icon = "Date and time", "Data", "calendar-event"
    keywords = (
        "now", "today", "format", "parse", "add", "subtract", "difference", "age", "time zone",
        "deadline", "month", "week",
    )  # fmt: skip

    class Params(NodeParams):
        what: Literal["write", "move", "difference", "edge", "zone", "parts"] = field(
            Kind.CHOICE,
            "write",
            label="What to do",
            choices={
                "write": "Write the date in another form",
                "move": "Make it later or earlier",
                "difference": "Work out the time between two dates",
                "edge": "Take the beginning or end of a day, month …",
                "zone": "Read it, on the clock of a place",
                "parts": "Take it apart: year, month, weekday …",
            },
        )
        date: Json = field(
            Kind.TEXT,
            "{{ now }}",
            label="Date",
            help="The present moment, unless you insert another date.",
        )
        other: Json = field(
            Kind.TEXT,
            "{{ now }}",
            label="Until",
            help="The second date. If it is earlier, the result is negative.",
            show_if=("what", ["difference"]),
        )
        form: str = field(
            Kind.TEXT,
            "YYYY-MM-DD",
            label="Form",
            help="YYYY year, MM month, MMMM its name, DD day, dddd weekday, HH hours, mm minutes, "
            "ss seconds. Words go into [square brackets].",
            placeholder="DD.MM.YYYY HH:mm",
            show_if=("what", ["write"]),
            max_length=MOST_PATTERN,
        )
        direction: Literal["later", "earlier"] = field(
            Kind.CHOICE,
            "later",
            label="Direction",
            choices={"later": "Later", "earlier": "Earlier"},
            show_if=("what", ["move"]),
        )
        amount: int = field(Kind.INTEGER, 1, label="By how much", show_if=("what", ["move"]))
        unit: Unit = field(
            Kind.CHOICE,
            "days",
            label="Unit",
            choices=_UNITS,
            show_if=("what", ["move", "difference"]),
        )
        whole: bool = field(
            Kind.BOOLEAN,
            True,
            label="Only whole ones count",
            help="Switched off, two and a half days are 2.5.",
            show_if=("what", ["difference"]),
        )
        edge: Literal["start", "end"] = field(
            Kind.CHOICE,
            "start",
            label="Take",
            choices={"start": "The beginning", "end": "The end, to the second"},
            show_if=("what", ["edge"]),
        )
        span: Span = field(
            Kind.CHOICE,
            "day",
            label="Of the",
            help="A week begins on Monday.",
            choices={
                "minute": "Minute",
                "hour": "Hour",
                "day": "Day",
                "week": "Week",
                "month": "Month",
                "quarter": "Quarter",
                "year": "Year",
            },
            show_if=("what", ["edge"]),
        )
        zone: str = field(
            Kind.CHOICE,
            UTC_NAME,
            label="Time zone",
            help="Whose clock counts: for the result, and for dates that do not say it themselves.",
            choices={zone: zone.replace("_", " ") for zone in known_zones()},
        )
        name: FieldName = field(
            Kind.TEXT,
            "date",
            label="Name of the result",
            help="The field it is put into.",
            templates=False,
            min_length=1,
        )
        read_as: str = field(
            Kind.TEXT,
            "",
            label="How the date is written",
            help="Only needed where it does not look like 2026-03-31, such as DD.MM.YYYY.",
            placeholder="DD.MM.YYYY",
            advanced=True,
            templates=False,
            max_length=MOST_PATTERN,
        )

    examples = (
        Example("Today", {"form": "dddd, D MMMM YYYY"}, input=[{}]),
        Example(
            "Payable in a month",
            {"what": "move", "date": "{{ input.day }}", "unit": "months", "name": "due"},
            input=[{"day": "2026-01-31"}],
            output={"out": [{"day": "2026-01-31", "due": "2026-02-28T00:00:00+00:00"}]},
        ),
        Example(
            "A date as people write it",
            {
                "what": "zone",
                "date": "{{ input.at }}",
                "read_as": "DD.MM.YYYY HH:mm",
                "zone": "Europe/Vienna",
                "name": "at",
            },
            input=[{"at": "31.03.2026 09:00"}],
            output={"out": [{"at": "2026-03-31T09:00:00+02:00"}]},
        ),
        Example(
            "Nights between two days",
            {
                "what": "difference",
                "date": "{{ input.from }}",
                "other": "{{ input.to }}",
                "name": "nights",
            },
            input=[{"from": "2026-03-28", "to": "2026-04-02"}],
            output={"out": [{"from": "2026-03-28", "to": "2026-04-02", "nights": 5}]},
        ),
        Example(
            "The end of the month",
            {"what": "edge", "edge": "end", "span": "month", "date": "2028-02-10T12:00"},
            input=[{}],
            output={"out": [{"date": "2028-02-29T23:59:59+00:00"}]},
        ),
    )
    output_sample = {"date": "2026-03-31T09:00:00+02:00"}

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        if zone_named(params.zone) is not None:
            return ()
        near = suggest_zone(params.zone)
        fix = f"Did you mean {near}?" if near else "Choose the nearest big city."
        return [("zone", f"“{params.zone[:60]}” is not a time zone.", fix)]

    def run_batch(
        self, params: Sequence[Any], items: Sequence[Item]
    ) -> Sequence[Output | BaseException]:
        return [_reckon(p, item) for p, item in zip(params, items, strict=True)]


Params = DateTime.Params


def _reckon(params: Params, item: Item) -> Output | BaseException:
    try:
        when = _read(params, "date")
        return Output.items((with_field(item, params.name, RESULTS[params.what](params, when)),))
    except NodeError as error:
        error.field = error.field or "date"
        return error


def _read(params: Params, name: Literal["date", "other"]) -> datetime:
    value = params.date if name == "date" else params.other
    try:
        return read_date(value, zone_named(params.zone) or UTC, params.read_as)
    except NodeError as error:
        error.field = name
        raise


def _difference(params: Params, when: datetime) -> Json:
    apart = between(when, _read(params, "other"), params.unit)
    return int(apart) if params.whole else round(apart, 6)


def _moved(params: Params, when: datetime) -> Json:
    sign = 1 if params.direction == "later" else -1
    return iso(moved(when, sign * params.amount, params.unit))


def _edge(params: Params, when: datetime) -> Json:
    return iso((start_of if params.edge == "start" else end_of)(when, params.span))


def _parts(params: Params, when: datetime) -> Json:
    return {
        "year": when.year,
        "quarter": (when.month - 1) // 3 + 1,
        "month": when.month,
        "week": when.isocalendar().week,
        "day": when.day,
        "weekday": when.isoweekday(),
        "weekday_name": DAYS[when.weekday()],
        "hour": when.hour,
        "minute": when.minute,
        "second": when.second,
        "unix": int(in_zone(when, UTC).timestamp()),
    }


RESULTS: Mapping[str, Callable[[Params, datetime], Json]] = {
    "write": lambda params, when: write_date(when, params.form),
    "move": _moved,
    "difference": _difference,
    "edge": _edge,
    "zone": lambda params, when: iso(when),
    "parts": _parts,
}
