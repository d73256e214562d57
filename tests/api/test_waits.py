"""Waits over the API and in the admin: who sees the address, and what becomes of an answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from runtime.models import Run, Wait
from runtime.services.step_address import read_step_token, step_token
from tests.support.people import Place, api, browser

OPEN = "t" * 64


def wait(place: Place, item: int = 0, **values: Any) -> Wait:
    fields: dict[str, Any] = {
        "kind": "callback", "token": f"{item}" * 64, "due_at": timezone.now() + timedelta(days=1),
    } | values  # fmt: skip
    return Wait.objects.create(
        run_id=place.run_id, node="put", item=item, created_at=timezone.now(), **fields
    )


def call(token: str, body: Any = None) -> tuple[int, str]:
    url = reverse("wait", args=[token])
    answer = Client().post(url, body or {"paid": True}, content_type="application/json")
    return answer.status_code, answer.json()["message"]


def test_an_answer_counts_once_and_says_so(place: Place) -> None:
    Run.objects.update(status="waiting")
    row = wait(place, token=OPEN)
    assert call("unknown") == (404, "Nobody waits at this address. Please check it.")
    assert call(OPEN) == (200, "Thank you, the flow goes on.")
    assert call(OPEN)[0] == 409
    row.refresh_from_db()
    assert (row.status, row.outcome) == ("resolved", '{"paid":true}')
    assert Run.objects.get(id=place.run_id).status == "queued"
    Wait.objects.update(status="closed")
    assert call(OPEN) == (409, "This was answered before, and only the first answer counts.")


def test_an_answer_may_come_as_a_form(place: Place) -> None:
    Run.objects.update(status="waiting")
    row = wait(place, token=OPEN)
    form = "application/x-www-form-urlencoded"
    answer = Client().post(reverse("wait", args=[OPEN]), "paid=yes&by=Ada", content_type=form)
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.outcome == '{"paid":"yes","by":"Ada"}'


TOO_LATE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"status": "expired"}, {}),
    ({"status": "closed"}, {}),
    ({}, {"status": "cancelled"}),
    ({}, {"status": "failed"}),
    ({}, {"status": "running", "cancel_requested": True}),
]


@pytest.mark.parametrize(("of_wait", "of_run"), TOO_LATE)
def test_an_answer_that_is_too_late_says_so(
    place: Place, of_wait: dict[str, Any], of_run: dict[str, Any]
) -> None:
    wait(place, token=OPEN, **of_wait)
    Run.objects.update(**({"status": "waiting"} | of_run))
    status, message = call(OPEN)
    assert status == 410
    assert message == "It is too late: the time was up, or the run is over."


def test_the_address_of_a_step_is_known_before_it_waits(place: Place) -> None:
    Run.objects.update(status="running")
    token = step_token(place.run_id, "put")
    assert read_step_token(token) == (place.run_id, "put")
    url = reverse("wait", args=[token])
    answer = Client().post(url, {}, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (409, "2")
    assert "not come to this step yet" in answer.json()["message"]
    first = wait(place, 0)
    second = wait(place, 1)
    assert call(token)[1].startswith("Several items wait here.")
    Wait.objects.filter(id=second.id).update(status="closed")
    assert call(token)[0] == 200
    first.refresh_from_db()
    assert first.status == "resolved"
    assert call(token)[0] == 409
    Wait.objects.all().delete()
    Run.objects.update(status="succeeded")
    assert call(token)[0] == 410


def test_an_address_of_a_step_cannot_be_made_up(place: Place) -> None:
    token = step_token(place.run_id, "put")
    for bad in (token[:-1] + "x", token.replace("step-", "step-A"), "step-", "step-.", "step-a.b"):
        assert call(bad)[0] == 404
    assert call(step_token(place.run_id, "put").split(".")[0] + ".é")[0] == 404


@pytest.mark.parametrize(("role", "sees"), [("viewer", False), ("operator", True)])
def test_who_may_answer_sees_the_address(place: Place, role: str, sees: bool) -> None:
    Run.objects.update(status="waiting")
    wait(place, token=OPEN)
    wait(place, 1, token=None, kind="timer", number=2)
    wait(place, 2, number=0)  # has not parked yet
    person = place.people[role]
    found = api(person).get(reverse("run-waits", args=[place.run_id])).json()["results"]
    assert [(w["key"], w["item"], w["kind"], bool(w["url"])) for w in found] == [
        ("put", 0, "callback", sees),
        ("put", 1, "timer", False),
    ]
    assert found[0]["words"] == "a call from outside"
    assert found[0]["until"]
    page = browser(person).get(reverse("admin:runtime_run_change", args=[place.run_id]))
    text = page.content.decode()
    assert "What it waits for" in text
    assert (f"/api/waits/{OPEN}/" in text) is sees


def test_a_run_that_is_over_waits_for_nothing(place: Place) -> None:
    wait(place, token=OPEN)
    Run.objects.update(status="succeeded")
    client = api(place.people["admin"])
    assert client.get(reverse("run-waits", args=[place.run_id])).json() == {"results": []}
