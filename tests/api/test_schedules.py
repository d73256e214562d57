"""Schedules over the API and in the admin: when, in words and as times, before saving and after."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from builder.services.publish import publish
from builder.services.save_draft import save_draft
from builder.services.set_live import set_live
from runtime.models import Run, Schedule
from tests.support.people import Place, api, browser

CLOCK: dict[str, Any] = {
    "id": "n_clock",
    "key": "clock",
    "type": "trigger.schedule",
    "params": {"repeat": "weekly", "weekdays": ["mon"], "at": "09:00", "zone": "Europe/Berlin"},
}
WORDS = "Every Monday at 09:00"


@pytest.fixture
def client(place: Place) -> Client:
    """A viewer's client: looking is allowed to everybody."""
    return api(place.people["viewer"])


def asked(client: Client, place: Place, params: dict[str, Any], type_: str = CLOCK["type"]) -> Any:
    url = reverse("flow-next-times", args=[place.flow.id])
    body = {"type": type_, "params": params}
    return client.post(url, body, content_type="application/json").json()


def put_live(place: Place) -> None:
    save_draft(place.flow, revision=1, graph={"nodes": [CLOCK]}, actor=None)
    place.flow.refresh_from_db()
    publish(place.flow, revision=2, actor=None)


def test_the_next_five_times_of_settings_that_are_not_saved(client: Client, place: Place) -> None:
    answer = asked(client, place, CLOCK["params"])
    assert (answer["words"], answer["zone"], answer["problem"]) == (WORDS, "Europe/Berlin", None)
    times = [datetime.fromisoformat(at) for at in answer["times"]]
    assert len(times) == 5
    assert times == sorted(times)
    assert {(at.weekday(), at.hour, at.minute) for at in times} == {(0, 9, 0)}
    assert times[0] > datetime.now(UTC)


PROBLEMS: list[tuple[dict[str, Any], str]] = [
    ({"repeat": "cron", "cron": "0 9 30 2 *"}, "never comes true"),
    ({"repeat": "cron", "cron": "61 * * * *"}, "“61” is not possible as the minute"),
    ({"at": "soon"}, "“soon” is not a time of day"),
    ({"zone": "Berlin"}, "“Berlin” is not a time zone"),
    ({"minutes": 0}, "greater than or equal to 1"),
]


@pytest.mark.parametrize(("params", "said"), PROBLEMS)
def test_settings_that_cannot_be_say_what_to_do(
    client: Client, place: Place, params: dict[str, Any], said: str
) -> None:
    answer = asked(client, place, params)
    assert said in answer["problem"]
    assert answer["fix"]
    assert answer["times"] == []


def test_what_does_not_go_by_the_clock_has_no_times(client: Client, place: Place) -> None:
    for type_ in ("trigger.manual", "data.set", "no.such"):
        assert asked(client, place, {}, type_)["times"] == []


def test_a_flow_says_when_it_starts_next(client: Client, place: Place) -> None:
    put_live(place)
    url = reverse("flow", args=[place.flow.id])
    (trigger,) = client.get(url).json()["triggers"]
    assert (trigger["kind"], trigger["words"], trigger["zone"]) == (
        "schedule", WORDS, "Europe/Berlin",
    )  # fmt: skip
    assert datetime.fromisoformat(trigger["next_at"]).weekday() == 0
    set_live(place.flow, live=False, actor=None)
    (trigger,) = client.get(url).json()["triggers"]
    assert trigger["next_at"] is None


def test_the_admin_says_when_it_starts_next(place: Place) -> None:
    put_live(place)
    Schedule.objects.update(note="Two times were missed.")
    person = browser(place.people["viewer"])
    page = person.get(reverse("admin:builder_flow_change", args=[place.flow.id])).content.decode()
    assert f"{WORDS} (Europe/Berlin)" in page
    assert "next run Mon " in page
    assert "Two times were missed." in page
    home = person.get(reverse("admin:index")).content.decode()
    assert "Coming up by the clock" in home
    assert f"{WORDS} (Europe/Berlin)" in home
    set_live(place.flow, live=False, actor=None)
    page = person.get(reverse("admin:builder_flow_change", args=[place.flow.id])).content.decode()
    assert "switched off, so it does not start" in page
    assert "Coming up by the clock" not in person.get(reverse("admin:index")).content.decode()


def test_a_flow_by_the_clock_is_tried_by_hand(place: Place) -> None:
    put_live(place)
    person = browser(place.people["operator"])
    person.post(reverse("admin:builder_flow_run", args=[place.flow.id]))
    run = Run.objects.filter(flow_id=place.flow.id, trigger_kind="schedule").get()
    assert run.mode == "test"
    assert "scheduled_for" in run.input
