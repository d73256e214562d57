"""What is started after downtime, and that looking more often changes nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.sdk.schedules import Due, Missed, due, read_line, zone_named
from runtime.sdk.schedules.missed import MOST_COUNTED, MOST_MADE_UP

BERLIN = zone_named("Europe/Berlin")
DAILY = read_line("0 9 * * *")
MINUTELY = read_line("* * * * *")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


def shown(found: Due) -> tuple[list[str], str, int]:
    assert found.next is not None
    *start, following = [
        datetime.fromtimestamp(moment, BERLIN).strftime("%d %H:%M")
        for moment in (*found.start, found.next)
    ]
    return start, following, found.passed


THREE_DAYS = [
    (Missed.ONCE, (["04 09:00"], "05 09:00", 2)),
    (Missed.ALL, (["02 09:00", "03 09:00", "04 09:00"], "05 09:00", 0)),
    (Missed.SKIP, ([], "05 09:00", 3)),
]


@pytest.mark.parametrize(("policy", "expected"), THREE_DAYS)
def test_three_days_of_downtime(policy: Missed, expected: tuple[list[str], str, int]) -> None:
    assert BERLIN is not None
    found = due(DAILY, BERLIN, at("2026-05-02T09:00"), at("2026-05-04T14:00"), policy)
    assert shown(found) == expected


@pytest.mark.parametrize("policy", Missed)
def test_a_time_seen_a_little_late_was_not_missed(policy: Missed) -> None:
    assert BERLIN is not None
    found = due(DAILY, BERLIN, at("2026-05-04T09:00"), at("2026-05-04T09:00:50"), policy)
    assert shown(found) == (["04 09:00"], "05 09:00", 0)


def test_coming_back_right_on_time_does_not_start_it_twice() -> None:
    assert BERLIN is not None
    found = due(DAILY, BERLIN, at("2026-05-02T09:00"), at("2026-05-04T09:00:10"), Missed.ONCE)
    assert shown(found) == (["04 09:00"], "05 09:00", 2)


def test_a_time_that_was_promised_is_kept_under_a_new_timetable() -> None:
    assert BERLIN is not None
    found = due(MINUTELY, BERLIN, at("2026-05-04T09:00:30"), at("2026-05-04T09:00:31"), Missed.ONCE)
    assert found.start == (at("2026-05-04T09:00:30"),)
    assert found.next == at("2026-05-04T09:01")


def test_nothing_is_due_before_its_time() -> None:
    assert BERLIN is not None
    pending = at("2026-05-04T09:00")
    assert due(DAILY, BERLIN, pending, pending - 0.001, Missed.ALL) == Due((), pending)


def test_years_of_minutes_are_bounded() -> None:
    assert BERLIN is not None
    pending, now = at("2020-01-01T00:00"), at("2026-05-04T14:00:20")
    found = due(MINUTELY, BERLIN, pending, now, Missed.ALL)
    assert len(found.start) == MOST_MADE_UP
    assert found.start[-1] == at("2026-05-04T14:00")
    assert found.next == at("2026-05-04T14:01")
    assert found.passed == MOST_COUNTED - MOST_MADE_UP
    few = due(read_line("* 9 1 1 *"), BERLIN, pending, now, Missed.ONCE)
    assert few.start == (at("2026-01-01T09:59"),)


@given(
    line=st.sampled_from(["*/7 * * * *", "30 2 * * *", "0 */5 * * *", "0 0 L * *", "15 2,3 * * *"]),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    begin=st.integers(1_770_000_000, 1_801_500_000),
    looks=st.lists(st.integers(1, 200_000), min_size=1, max_size=12),
)
def test_each_time_is_started_once_however_often_one_looks(
    line: str, zone: str, begin: int, looks: list[int]
) -> None:
    place, timetable = zone_named(zone), read_line(line)
    assert place is not None
    pending = timetable.after(begin, place)
    started: list[float] = []
    passed, now = 0, float(begin)
    for seconds in looks:
        now += seconds
        assert pending is not None
        found = due(timetable, place, pending, now, Missed.ALL)
        assert found.next is not None
        assert found.next > now
        started += found.start
        passed += found.passed
        pending = found.next
    expected = list(timetable.until(now, after=begin, zone=place))
    assert started == sorted(set(started))
    assert set(started) <= set(expected)
    assert len(started) + passed == len(expected) or passed >= MOST_COUNTED - MOST_MADE_UP
