"""Reckoning with dates: lengths of months, days of 23 hours, forms that people write."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.sdk import Json, NodeError
from runtime.sdk.dates import (
    Span,
    Unit,
    between,
    end_of,
    iso,
    moved,
    read_date,
    start_of,
    write_date,
)
from tests.support.one_step import run_node

BERLIN = ZoneInfo("Europe/Berlin")

READ: list[tuple[Json, str, str]] = [
    ("2026-03-31", "", "2026-03-31T00:00:00+02:00"),
    ("2026-01-31T09:00", "", "2026-01-31T09:00:00+01:00"),
    ("2026-01-31T09:00:00Z", "", "2026-01-31T10:00:00+01:00"),
    ("2026-01-31 09:00:00.250-05:00", "", "2026-01-31T15:00:00.250+01:00"),
    ("Tue, 31 Mar 2026 10:00:00 +0200", "", "2026-03-31T10:00:00+02:00"),
    (0, "", "1970-01-01T01:00:00+01:00"),
    (1774944000, "", "2026-03-31T10:00:00+02:00"),
    ("1774944000", "", "2026-03-31T10:00:00+02:00"),
    (1774944000000, "", "2026-03-31T10:00:00+02:00"),
    ("31.03.2026", "DD.MM.YYYY", "2026-03-31T00:00:00+02:00"),
    ("3/1/26 4:05 PM", "M/D/YY h:mm A", "2026-03-01T16:05:00+01:00"),
    ("am 5 March 2026", "[am] D MMMM YYYY", "2026-03-05T00:00:00+01:00"),
    ("31/03/2026", "%d/%m/%Y", "2026-03-31T00:00:00+02:00"),
    ("2026-03-29T02:30", "", "2026-03-29T03:30:00+02:00"),  # a time that no clock showed
]


@pytest.mark.parametrize(("value", "pattern", "expected"), READ)
def test_dates_are_read_on_the_clock_of_a_place(value: Json, pattern: str, expected: str) -> None:
    assert iso(read_date(value, BERLIN, pattern)) == expected


NO_DATES: list[tuple[Json, str]] = [
    ("soon", ""),
    ("", ""),
    (None, ""),
    (True, ""),
    ([], ""),
    (1e300, ""),
    ("0001-01-01T00:00+14:00", ""),
    ("2026-02-30", ""),
    ("2026-03-31", "DD.MM.YYYY"),
    ("x", "%Q"),
    ("x", "%Y%Y"),
]


@pytest.mark.parametrize(("value", "pattern"), NO_DATES)
def test_what_is_no_date_is_said(value: Json, pattern: str) -> None:
    with pytest.raises(NodeError):
        read_date(value, BERLIN, pattern)


WRITTEN = [
    ("YYYY-MM-DD", "2026-03-05"),
    ("D.M.YY, H:mm [Uhr]", "5.3.26, 15:04 Uhr"),
    ("dddd, D MMMM YYYY", "Thursday, 5 March 2026"),
    ("ddd DD MMM hh:mm:ss A Z", "Thu 05 Mar 03:04:09 PM +01:00"),
    ("%d/%m/%Y", "05/03/2026"),
    ("", ""),
]


@pytest.mark.parametrize(("form", "expected"), WRITTEN)
def test_dates_are_written_in_the_form_that_is_wished(form: str, expected: str) -> None:
    assert write_date(read_date("2026-03-05T15:04:09", BERLIN), form) == expected


MOVED: list[tuple[str, int, Unit, str]] = [
    ("2026-01-31", 1, "months", "2026-02-28T00:00:00+01:00"),
    ("2028-01-31", 1, "months", "2028-02-29T00:00:00+01:00"),
    ("2026-03-31", -1, "months", "2026-02-28T00:00:00+01:00"),
    ("2026-12-15", 1, "months", "2027-01-15T00:00:00+01:00"),
    ("2028-02-29", 1, "years", "2029-02-28T00:00:00+01:00"),
    ("2026-03-28T12:00", 1, "days", "2026-03-29T12:00:00+02:00"),
    ("2026-03-28T12:00", 24, "hours", "2026-03-29T13:00:00+02:00"),
    ("2026-03-28T02:30", 1, "days", "2026-03-29T03:30:00+02:00"),
    ("2026-10-24T12:00", 1, "weeks", "2026-10-31T12:00:00+01:00"),
    ("2026-01-01", -1, "seconds", "2025-12-31T23:59:59+01:00"),
]


@pytest.mark.parametrize(("start", "amount", "unit", "expected"), MOVED)
def test_later_is_what_a_calendar_says(start: str, amount: int, unit: Unit, expected: str) -> None:
    assert iso(moved(read_date(start, BERLIN), amount, unit)) == expected


@pytest.mark.parametrize(
    ("amount", "unit"),
    [(10**4, "years"), (-(10**4), "years"), (10**6, "months"), (10**30, "weeks"), (10**9, "hours")],
)
def test_too_far_away_is_said(amount: int, unit: Unit) -> None:
    with pytest.raises(NodeError, match="too far away"):
        moved(read_date("2026-01-01", BERLIN), amount, unit)


APART: list[tuple[str, str, Unit, float]] = [
    ("2026-03-28", "2026-03-30", "days", 2),
    ("2026-03-28", "2026-03-30", "hours", 47),
    ("2026-03-30", "2026-03-28", "days", -2),
    ("2026-01-31", "2026-02-28", "months", 1),
    ("2026-01-15", "2026-02-14", "months", 30 / 31),
    ("2000-02-29", "2026-02-28", "years", 26),
    ("2026-01-01T00:00", "2026-01-01T12:00", "days", 0.5),
    ("2026-01-01", "2026-01-15", "weeks", 2),
]


@pytest.mark.parametrize(("start", "end", "unit", "expected"), APART)
def test_how_far_apart(start: str, end: str, unit: Unit, expected: float) -> None:
    found = between(read_date(start, BERLIN), read_date(end, BERLIN), unit)
    assert found == pytest.approx(expected, abs=0.001)


EDGES: list[tuple[Span, str, str]] = [
    ("minute", "2026-08-20T15:04:00+02:00", "2026-08-20T15:04:59+02:00"),
    ("hour", "2026-08-20T15:00:00+02:00", "2026-08-20T15:59:59+02:00"),
    ("day", "2026-08-20T00:00:00+02:00", "2026-08-20T23:59:59+02:00"),
    ("week", "2026-08-17T00:00:00+02:00", "2026-08-23T23:59:59+02:00"),
    ("month", "2026-08-01T00:00:00+02:00", "2026-08-31T23:59:59+02:00"),
    ("quarter", "2026-07-01T00:00:00+02:00", "2026-09-30T23:59:59+02:00"),
    ("year", "2026-01-01T00:00:00+01:00", "2026-12-31T23:59:59+01:00"),
]


@pytest.mark.parametrize(("span", "first", "last"), EDGES)
def test_where_it_begins_and_ends(span: Span, first: str, last: str) -> None:
    when = read_date("2026-08-20T15:04:05.5", BERLIN)
    assert (iso(start_of(when, span)), iso(end_of(when, span))) == (first, last)


@given(
    st.datetimes(timezones=st.just(BERLIN)).filter(lambda t: 100 < t.year < 9000),
    st.integers(-500, 500),
)
def test_so_many_months_later_is_so_many_months_apart(start: Any, months: int) -> None:
    assert round(between(start, moved(start, months, "months"), "months")) == months


def test_the_present_moment_is_there_without_being_asked_for() -> None:
    result, out = run_node("data.date_time", {"what": "parts"}, [{}])
    assert result.status == "succeeded"
    (item,) = out["out"]
    assert isinstance(item, dict)
    assert isinstance(item["date"], dict)
    assert set(item["date"]) >= {"year", "month", "weekday_name", "unix"}


def test_the_date_that_cannot_be_read_is_named() -> None:
    params = {"what": "difference", "date": "2026-01-01", "other": "{{ input.end }}"}
    result, _ = run_node("data.date_time", params, [{"end": "soon"}])
    assert isinstance(result.error, dict)
    assert (result.error["message"], result.error["field"]) == ("“soon” is not a date.", "other")
