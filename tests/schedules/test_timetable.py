"""When timetables come true: the change of clocks, the ends of months, lines that cannot be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from runtime.registry import registry
from runtime.sdk.schedules import (
    BadTimetableError,
    Schedule,
    Timetable,
    read_line,
    suggest_zone,
    zone_named,
)

TRIGGER = next(t for t in registry().values() if t.trigger and t.trigger.kind == "schedule")


def made(**params: Any) -> Schedule:
    schedule = TRIGGER.schedule(TRIGGER.Params.model_validate(params))
    assert schedule is not None
    return schedule


def times(timetable: Timetable, zone_name: str, after: str, count: int) -> list[str]:
    """The next times as the clock of the place shows them, with their distance to UTC."""
    zone = zone_named(zone_name)
    assert zone is not None
    begin = datetime.fromisoformat(after).replace(tzinfo=zone).timestamp()
    found = timetable.first(count, after=begin, zone=zone)
    return [datetime.fromtimestamp(at, zone).strftime("%m-%d %H:%M%z") for at in found]


AFTER_CLOCK_CHANGES = [
    # A time that does not exist that day comes right after the gap.
    ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00", ["03-29 03:00+0200", "03-30 02:30+0200"]),
    ("30 2 * * *", "America/New_York", "2026-03-07T12:00",
     ["03-08 03:00-0400", "03-09 02:30-0400"]),
    ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00",
     ["10-04 02:30+1100", "10-05 02:15+1100"]),
    ("0 0 * * *", "Africa/Cairo", "2026-04-23T12:00", ["04-24 01:00+0300", "04-25 00:00+0300"]),
    # One that comes twice is meant once, the first time.
    ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", ["10-25 02:30+0200", "10-26 02:30+0100"]),
    ("30 1 * * *", "America/New_York", "2026-10-31T12:00",
     ["11-01 01:30-0400", "11-02 01:30-0500"]),
    ("0,30 2 * * *", "Europe/Berlin", "2026-10-25T01:00",
     ["10-25 02:00+0200", "10-25 02:30+0200", "10-26 02:00+0100"]),
    # Two times of the gap are one and the same moment.
    ("0 2,3 * * *", "Europe/Berlin", "2026-03-29T01:00", ["03-29 03:00+0200", "03-30 02:00+0200"]),
    # What follows the hours follows those that really pass.
    ("0 * * * *", "Europe/Berlin", "2026-03-29T00:30",
     ["03-29 01:00+0100", "03-29 03:00+0200", "03-29 04:00+0200"]),
    ("0 * * * *", "Europe/Berlin", "2026-10-25T01:30",
     ["10-25 02:00+0200", "10-25 02:00+0100", "10-25 03:00+0100"]),
    ("*/30 * * * *", "America/New_York", "2026-11-01T01:15",
     ["11-01 01:30-0400", "11-01 01:00-0500", "11-01 01:30-0500", "11-01 02:00-0500"]),
    # A place without summer time.
    ("30 2 * * *", "Asia/Kolkata", "2026-03-28T12:00", ["03-29 02:30+0530", "03-30 02:30+0530"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "zone", "after", "expected"), AFTER_CLOCK_CHANGES)
def test_the_change_of_clocks(line: str, zone: str, after: str, expected: list[str]) -> None:
    assert times(read_line(line), zone, after, len(expected)) == expected


def test_in_the_hour_that_comes_twice_a_time_that_was_taken_is_not_taken_again() -> None:
    zone = zone_named("Europe/Berlin")
    assert zone is not None
    second = datetime(2026, 10, 25, 2, 10, tzinfo=zone, fold=1).timestamp()
    following = read_line("30 2 * * *").after(second, zone)
    assert following == datetime(2026, 10, 26, 2, 30, tzinfo=zone).timestamp()


DAYS: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"day": "last", "at": "18:00"}, "2028-01-30", ["01-31", "02-29", "03-31", "04-30"]),
    ({"day": "31"}, "2026-01-15", ["01-31", "02-28", "03-31", "04-30"]),
    ({"day": "30"}, "2026-01-15", ["01-30", "02-28", "03-30", "04-30"]),
    ({"day": "29"}, "2027-12-30", ["01-29", "02-29", "03-29", "04-29"]),
    ({"day": "29"}, "2026-12-30", ["01-29", "02-28", "03-29", "04-29"]),
    ({"day": "1"}, "2026-12-30", ["01-01", "02-01", "03-01", "04-01"]),
]


@pytest.mark.parametrize(("params", "after", "expected"), DAYS)
def test_each_month_has_its_day(params: dict[str, Any], after: str, expected: list[str]) -> None:
    found = times(made(repeat="monthly", **params).timetable, "UTC", f"{after}T00:00", 4)
    assert [at.split()[0] for at in found] == expected


def test_the_29th_of_february_comes_every_fourth_year() -> None:
    zone = zone_named("UTC")
    assert zone is not None
    found = read_line("0 0 29 2 *").first(3, after=0.0, zone=zone)
    assert [datetime.fromtimestamp(at, zone).year for at in found] == [1972, 1976, 1980]


STEPS = [
    (45, "Europe/Berlin", "2026-05-04T23:00",
     ["05-04 23:15+0200", "05-05 00:00+0200", "05-05 00:45+0200"]),
    (60, "Europe/Berlin", "2026-03-29T01:30", ["03-29 03:00+0200", "03-29 04:00+0200"]),
    (30, "Europe/Berlin", "2026-10-25T02:15",
     ["10-25 02:30+0200", "10-25 02:00+0100", "10-25 02:30+0100", "10-25 03:00+0100"]),
    (7, "UTC", "2026-05-04T23:50", ["05-04 23:55+0000", "05-05 00:00+0000"]),
]  # fmt: skip


@pytest.mark.parametrize(("minutes", "zone", "after", "expected"), STEPS)
def test_steps_of_minutes_begin_anew_at_midnight(
    minutes: int, zone: str, after: str, expected: list[str]
) -> None:
    assert times(Timetable(minutes=minutes), zone, after, len(expected)) == expected


def test_every_second_hour_comes_once_where_the_clock_is_put_back() -> None:
    found = times(made(repeat="hours", hours=2).timetable, "Europe/Berlin", "2026-10-25T01:00", 2)
    assert found == ["10-25 02:00+0200", "10-25 04:00+0100"]


WORDS: list[tuple[dict[str, Any], str]] = [
    ({}, "Every day at 09:00"),
    ({"at": "17:00, 9:05"}, "Every day at 09:05 and 17:00"),
    ({"repeat": "workdays"}, "From Monday to Friday at 09:00"),
    ({"repeat": "weekly", "weekdays": ["mon", "thu", "sun"]},
     "Every Monday, Thursday and Sunday at 09:00"),
    ({"repeat": "monthly", "day": "22"}, "On the 22nd of every month at 09:00"),
    ({"repeat": "monthly", "day": "31"}, "On the 31st of every month or its last day at 09:00"),
    ({"repeat": "monthly", "day": "last"}, "On the last day of every month at 09:00"),
    ({"repeat": "minutes", "minutes": 1}, "Every minute"),
    ({"repeat": "hours", "hours": 3, "minute": 5}, "Every 3 hours at minute 5"),
    ({"repeat": "hours"}, "Every hour on the hour"),
    ({"repeat": "cron", "cron": "0 9 * * 1-5"}, "At 09:00 on Monday through Friday"),
]  # fmt: skip


@pytest.mark.parametrize(("params", "words"), WORDS)
def test_it_says_when(params: dict[str, Any], words: str) -> None:
    assert made(**params).words == words


BAD_LINES = [
    ("", "five parts", "like 0 9"),
    ("0 9 * *", "has 4", "like 0 9"),
    ("0 0 9 * * *", "has 6", "like 0 9"),
    ("@daily", "five parts", "like 0 9"),
    ("60 9 * * *", "the minute", "0 to 59"),
    ("0 24 * * *", "the hour", "0 to 23"),
    ("0 9 32 * *", "the day of the month", "1 to 31"),
    ("0 9 * 13 *", "the month", "1 to 12"),
    ("0 9 * * 8", "the day of the week", "0 to 7"),
    ("0 9 * * MO", "the day of the week", "SUN to SAT"),
    ("0 9 x * *", "the day of the month", "1 to 31"),
    ("5-1 9 * * *", "the minute", "0 to 59"),
    ("*/0 9 * * *", "the minute", "0 to 59"),
    ("٣ 9 * * *", "the minute", "0 to 59"),
    ("0 9 * * 1#6", "the day of the week", "0 to 7"),
    ("0 9 L * 5L/2", "the day of the week", "0 to 7"),
    ("0 9 30 2 *", "never comes true", "L stands for its last"),
    ("0 9 31 4,6,9,11 *", "never comes true", "L stands for its last"),
    ("0 9 30-31 2 *", "never comes true", "L stands for its last"),
    ("0 9 */31 2 MON#5", "never comes true", "L stands for its last"),
    ("0 " * 200, "five parts", "like 0 9"),
]


@pytest.mark.parametrize(("line", "said", "fix"), BAD_LINES)
def test_a_bad_cron_line_is_told_what_is_wrong(line: str, said: str, fix: str) -> None:
    with pytest.raises(BadTimetableError) as caught:
        read_line(line)
    assert said in str(caught.value)
    assert fix in caught.value.fix


FINDINGS: list[tuple[dict[str, Any], str, str]] = [
    ({"at": "25:00"}, "at", "“25:00” is not a time of day."),
    ({"at": "9"}, "at", "“9” is not a time of day."),
    ({"at": ""}, "at", "“” is not a time of day."),
    ({"repeat": "weekly", "weekdays": []}, "weekdays", "No day of the week is chosen."),
    ({"repeat": "cron", "cron": "0 9 30 2 *"}, "cron", "“0 9 30 2 *” never comes true"),
    ({"zone": "Berlin"}, "zone", "“Berlin” is not a time zone."),
    ({"repeat": "monthly", "day": "32"}, "day", "No month has a day “32”."),
]


@pytest.mark.parametrize(("params", "field", "said"), FINDINGS)
def test_settings_that_cannot_be_are_problems_of_their_field(
    params: dict[str, Any], field: str, said: str
) -> None:
    (finding,) = TRIGGER.check(TRIGGER.Params.model_validate(params))
    assert finding[0] == field
    assert said in finding[1]


def test_a_city_is_enough_to_be_told_its_zone() -> None:
    assert suggest_zone("berlin") == "Europe/Berlin"
    assert suggest_zone("new york") == "America/New_York"
    assert suggest_zone("Middle-earth") is None
