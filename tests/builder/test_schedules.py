"""Publishing, switching, renaming and deleting keep a flow's schedules right."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builder.models import Flow
from builder.services.change_flow import change_flow
from builder.services.delete_flow import delete_flow
from builder.services.publish import publish
from builder.services.refusals import HasProblemsError
from builder.services.restore_version import restore_version
from builder.services.save_draft import save_draft
from builder.services.set_live import set_live
from runtime.models import Run, Schedule
from runtime.services.engine_connection import engine_connection
from runtime.services.fire_schedules import fire_due
from tests.support.people import Place

HOURLY = {"repeat": "hours"}
DAILY = {"repeat": "daily", "at": "09:00"}


def graph(params: dict[str, Any], key: str = "clock", node: str = "n_clock", **more: Any) -> Any:
    clock = {"id": node, "key": key, "type": "trigger.schedule", "params": params, **more}
    end = {"id": "n_end", "key": "end", "type": "data.set"}
    return {"nodes": [clock, end], "edges": [{"source": node, "target": "n_end"}]}


def put_live(place: Place, document: Any) -> Schedule | None:
    """Save and publish; return the flow's schedule."""
    flow = place.flow
    flow.refresh_from_db()
    save_draft(flow, revision=flow.draft_revision, graph=document, actor=None)
    flow.refresh_from_db()
    publish(flow, revision=flow.draft_revision, actor=None)
    return Schedule.objects.filter(flow_id=flow.id).first()


def look() -> int:
    """What a worker's sweep does."""
    with engine_connection() as db:
        return fire_due(db)


def in_the_past(row: Schedule, **ago: float) -> datetime:
    """Let time pass, so that the schedule is due since then."""
    row.next_at = datetime.now(UTC) - timedelta(**ago)
    row.save()
    return row.next_at


def test_a_draft_never_starts_by_the_clock(place: Place) -> None:
    save_draft(place.flow, revision=1, graph=graph(HOURLY), actor=None)
    assert not Schedule.objects.exists()


def test_publishing_says_when_it_runs_next(place: Place) -> None:
    row = put_live(place, graph(DAILY | {"zone": "Europe/Berlin"}))
    assert row is not None
    assert (row.words, row.zone, row.live, row.version) == (
        "Every day at 09:00", "Europe/Berlin", True, 2,
    )  # fmt: skip
    assert row.next_at is not None
    assert datetime.now(UTC) < row.next_at < datetime.now(UTC) + timedelta(hours=25)
    assert look() == 0


def test_publishing_again_keeps_the_next_time(place: Place) -> None:
    first = put_live(place, graph(HOURLY))
    assert first is not None
    due = in_the_past(first, seconds=2)
    second = put_live(place, graph(HOURLY, key="renamed"))
    assert second is not None
    assert (second.id, second.next_at, second.version) == (first.id, due, 3)
    assert look() == 1
    run = Run.objects.get(trigger_kind="schedule")
    assert (run.trigger_key, run.version) == ("renamed", 3)
    put_live(place, graph(HOURLY))
    assert look() == 0


def test_a_time_that_is_due_is_kept_when_the_timetable_changes(place: Place) -> None:
    row = put_live(place, graph(HOURLY))
    assert row is not None
    in_the_past(row, seconds=2)
    changed = put_live(place, graph(DAILY))
    assert changed is not None
    assert look() == 1
    assert look() == 0
    changed.refresh_from_db()
    assert changed.next_at is not None
    assert changed.next_at.time().hour == 9


def test_a_changed_timetable_repeats_no_time_that_was_dealt_with(place: Place) -> None:
    row = put_live(place, graph(DAILY))
    assert row is not None
    assert row.next_at is not None
    row.last_at = row.next_at  # a clock that was ahead for a while
    row.next_at += timedelta(days=1)
    row.save()
    changed = put_live(place, graph({"repeat": "cron", "cron": "0 9 * * *"}))
    assert changed is not None
    assert changed.next_at == row.next_at


def test_a_clock_that_was_years_ahead_does_not_silence_it(place: Place) -> None:
    row = put_live(place, graph(DAILY))
    assert row is not None
    row.last_at = row.next_at = datetime.now(UTC) + timedelta(days=400)
    row.save()
    again = put_live(place, graph(DAILY))
    assert again is not None
    assert again.next_at is not None
    assert again.next_at < datetime.now(UTC) + timedelta(days=2)


def test_time_switched_off_does_not_count_as_missed(place: Place) -> None:
    row = put_live(place, graph(HOURLY))
    assert row is not None
    set_live(place.flow, live=False, actor=None)
    Schedule.objects.update(next_at=datetime.now(UTC) - timedelta(days=3))
    assert look() == 0
    set_live(place.flow, live=True, actor=None)
    assert look() == 0
    row.refresh_from_db()
    assert row.next_at is not None
    assert row.next_at > datetime.now(UTC)


def test_switching_on_what_is_on_loses_no_time(place: Place) -> None:
    row = put_live(place, graph(HOURLY))
    assert row is not None
    in_the_past(row, seconds=2)
    set_live(place.flow, live=True, actor=None)
    assert look() == 1


@pytest.mark.parametrize("disabled", [True, False])
def test_a_trigger_that_is_gone_or_off_starts_nothing(place: Place, disabled: bool) -> None:
    put_live(place, graph(HOURLY))
    by_hand = {"id": "n_start", "key": "start", "type": "trigger.manual"}
    left = graph(HOURLY, disabled=True)["nodes"] if disabled else []
    assert put_live(place, {"nodes": [by_hand, *left]}) is None


def test_several_triggers_have_a_row_each(place: Place) -> None:
    document = graph(HOURLY)
    second = graph(DAILY, key="second", node="n_second")
    document["nodes"].append(second["nodes"][0])
    put_live(place, document)
    assert Schedule.objects.filter(flow_id=place.flow.id).count() == 2


def test_restoring_an_older_version_waits_for_publishing(place: Place) -> None:
    put_live(place, graph(HOURLY))
    first = place.flow.versions.get(number=1)
    place.flow.refresh_from_db()
    restore_version(place.flow, first, revision=place.flow.draft_revision, actor=None)
    assert Schedule.objects.count() == 1
    place.flow.refresh_from_db()
    publish(place.flow, revision=place.flow.draft_revision, actor=None)
    assert Schedule.objects.count() == 0


def test_deleting_and_renaming_the_flow(place: Place) -> None:
    row = put_live(place, graph(HOURLY))
    assert row is not None
    in_the_past(row, seconds=2)
    change_flow(place.flow, actor=None, name="Another name")
    assert look() == 1
    delete_flow(Flow.objects.get(pk=place.flow.pk), actor=None)
    assert not Schedule.objects.exists()


def test_a_schedule_that_never_comes_is_not_published(place: Place) -> None:
    with pytest.raises(HasProblemsError) as refused:
        put_live(place, graph({"repeat": "cron", "cron": "0 9 30 2 *"}))
    (issue,) = refused.value.more["issues"]
    assert (issue["field"], issue["node"]) == ("cron", "n_clock")
    assert "never comes true" in issue["message"]
    assert "L stands for" in issue["fix"]
