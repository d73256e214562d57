"""Questions to people: who sees and decides them, over the API, in the inbox and from a mail."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from builder.models import AuditEntry
from runtime.models import Run, Wait
from runtime.services.approvals import find_question
from runtime.services.decide import Decided
from runtime.services.decide import decide as decide_question
from runtime.services.step_address import decision_address
from tests.support.people import Place, api, browser

ASKED = {
    "question": "Refund <b>5</b>?",
    "text": "The customer wrote twice.",
    "shown": [{"name": "Order", "value": "7"}],
    "note": "optional",
    "who": "operator",
    "person": "",
}
ROLES = ("viewer", "operator", "editor", "admin")


def ask(place: Place, item: int = 0, of_wait: Any = None, **asked: Any) -> Wait:
    Run.objects.filter(id=place.run_id).update(status="waiting")
    fields = {"due_at": timezone.now() + timedelta(days=1), "status": "open"} | (of_wait or {})
    return Wait.objects.create(
        run_id=place.run_id,
        node="put",
        item=item,
        kind="approval",
        details=json.dumps(ASKED | asked),
        created_at=timezone.now(),
        **fields,
    )


def decide(place: Place, wait: Wait, role: str, **said: Any) -> tuple[int, dict[str, Any]]:
    url = reverse("approval", args=[wait.id])
    body = {"approved": True} | said
    answer = api(place.people[role]).post(url, body, content_type="application/json")
    return answer.status_code, answer.json()


def mine(place: Place, role: str) -> list[str]:
    found = api(place.people[role]).get(reverse("approvals")).json()["results"]
    return [asked["id"] for asked in found]


MAY: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"who": "operator"}, ("operator", "editor", "admin")),
    ({"who": "editor"}, ("editor", "admin")),
    ({"who": "admin"}, ("admin",)),
    ({"who": "person", "person": "Viewer@home"}, ("viewer", "admin")),
    ({"who": "person", "person": ""}, ("admin",)),
    ({"who": "person", "person": "editor@elsewhere"}, ("admin",)),
    ({"who": "somebody"}, ("admin",)),  # as a newer version may ask
]


@pytest.mark.parametrize(("asked", "may"), MAY)
def test_a_question_is_for_those_it_is_meant_for(
    place: Place, elsewhere: Place, asked: dict[str, Any], may: tuple[str, ...]
) -> None:
    wait = ask(place, **asked)
    for role in ROLES:
        assert (mine(place, role) == [str(wait.id)]) == (role in may), role
        assert mine(elsewhere, role) == []
        if role not in may:
            assert decide(place, wait, role)[0] == 403
        assert decide(elsewhere, wait, role)[0] == 404
    wait.refresh_from_db()
    assert wait.status == "open"
    assert decide(place, wait, may[0])[0] == 200


def test_a_decision_counts_once_and_is_kept(place: Place) -> None:
    wait = ask(place)
    status, shape = decide(place, wait, "operator", approved=False, note="  Not twice.  ")
    assert status == 200
    assert shape["decision"] | {"at": ""} == {
        "approved": False, "by": "operator@home", "note": "Not twice.", "at": "",
        "answers": {}, "changes": [],
    }  # fmt: skip
    assert (shape["open"], shape["yours"]) == (False, False)
    assert decide(place, wait, "admin")[0] == 409
    assert Run.objects.get(id=place.run_id).status == "queued"
    wait.refresh_from_db()
    assert json.loads(wait.outcome or "")["approved"] is False
    assert AuditEntry.objects.get(action="approval_refused").actor == "operator@home"
    for role in ROLES:
        assert mine(place, role) == []
    page = browser(place.people["viewer"]).get(
        reverse("admin:runtime_run_change", args=[place.run_id])
    )
    text = page.content.decode()
    assert "What people decided" in text
    assert "Not twice." in text
    assert "<b>5</b>" not in text


GONE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"status": "expired"}, {}),
    ({"due_at": timezone.now() - timedelta(seconds=1)}, {}),
    ({}, {"status": "cancelled"}),
    ({}, {"cancel_requested": True}),
]


@pytest.mark.parametrize(("of_wait", "of_run"), GONE)
def test_a_decision_that_is_too_late_says_so(
    place: Place, of_wait: dict[str, Any], of_run: dict[str, Any]
) -> None:
    wait = ask(place, of_wait=of_wait)
    Run.objects.update(**({"status": "waiting"} | of_run))
    assert mine(place, "admin") == []
    status, said = decide(place, wait, "admin")
    assert (status, said["message"][:14]) == (410, "It is too late")


def test_a_note_may_have_to_be_written(place: Place) -> None:
    wait = ask(place, note="required")
    assert decide(place, wait, "operator", note=" ")[0] == 400
    assert decide(place, wait, "operator", note="x" * 2_001)[0] == 400
    assert decide(place, wait, "operator", note="because")[0] == 200


def test_no_note_is_taken_where_none_is_asked_for(place: Place) -> None:
    shape = decide(place, ask(place, note="none"), "operator", note="secretly")[1]
    assert shape["decision"]["note"] == ""


def test_the_inbox_asks_and_takes_the_decision(place: Place) -> None:
    wait = ask(place)
    client = browser(place.people["operator"])
    home = client.get(reverse("admin:index")).content.decode()
    assert "1 decision waits for you." in home
    assert "Waiting for me" in home
    inbox = client.get(reverse("inbox")).content.decode()
    assert "Refund &lt;b&gt;5&lt;/b&gt;?" in inbox
    url = reverse("inbox-question", args=[wait.id])
    page = client.get(url).content.decode()
    assert "The customer wrote twice." in page
    assert "<b>5</b>" not in page
    client.post(url, {"note": "?"})  # neither yes nor no
    wait.refresh_from_db()
    assert wait.status == "open"
    answer = client.post(url, {"decision": "approve", "note": "ok"}, follow=True)
    assert "Approved: Refund" in answer.content.decode()
    assert "Nothing waits for you" in answer.content.decode()
    again = client.post(url, {"decision": "reject"})
    assert "Somebody decided this before" in again.content.decode()
    assert "Decided by operator@home" in again.content.decode()


def test_the_inbox_shows_nobody_what_is_not_theirs(place: Place, elsewhere: Place) -> None:
    wait = ask(place, who="editor")
    url = reverse("inbox-question", args=[wait.id])
    operator = browser(place.people["operator"])
    assert "it is meant for others" in operator.get(url).content.decode()
    assert operator.post(url, {"decision": "approve"}).status_code == 403
    assert "Refund" not in operator.get(reverse("inbox")).content.decode()
    assert browser(elsewhere.people["admin"]).get(url).status_code == 404


def test_an_address_from_a_mail_leads_to_its_question(place: Place, elsewhere: Place) -> None:
    address = decision_address(place.run_id, "put").partition("/decide/")[2]
    url = f"/decide/{address}"
    editor = browser(place.people["editor"])
    assert editor.get(url).headers["Location"] == reverse("inbox")  # not there yet
    wait = ask(place)
    assert editor.get(url).headers["Location"] == reverse("inbox-question", args=[wait.id])
    ask(place, 1)
    assert editor.get(url).headers["Location"] == reverse("inbox")
    assert browser(elsewhere.people["admin"]).get(url).status_code == 404
    assert editor.get(f"/decide/x{address}").status_code == 404
    assert "/login/" in Client().get(url).headers["Location"]


def test_a_run_shows_where_it_is_decided_to_those_who_may(place: Place) -> None:
    wait = ask(place)
    url = reverse("run-waits", args=[place.run_id])
    found = {role: api(place.people[role]).get(url).json()["results"][0]["url"] for role in ROLES}
    assert found["viewer"] is None
    assert found["operator"].endswith(reverse("inbox-question", args=[wait.id]))


def test_two_people_with_the_same_open_page_do_not_both_decide(place: Place) -> None:
    asked = find_question(ask(place).id)
    assert asked is not None
    operator, editor = place.people["operator"], place.people["editor"]
    assert decide_question(asked, by=operator, approved=True) is Decided.TAKEN
    assert decide_question(asked, by=editor, approved=False) is Decided.USED
    assert AuditEntry.objects.filter(action__startswith="approval_").count() == 1
