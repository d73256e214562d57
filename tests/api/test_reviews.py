"""Several people decide: how many must agree, who may not, what they fill in and change."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from runtime.models import OutboxMail, Run, Wait
from runtime.services.engine_connection import engine_connection
from runtime.services.post_mail import MailNotSentError
from runtime.services.step_address import question_address
from runtime.services.tell_reviewers import tell_reviewers
from runtime.store.postgresql import ALONE_LOCKS
from runtime.worker.chores import CHORES
from tests.api.test_approvals import ask, decide, mine
from tests.support.people import Place, browser

FORM = [
    {"label": "Amount", "kind": "number", "required": True},
    {"label": "Reason", "kind": "choice", "choices": ["late", "broken"]},
    {"label": "Sent back", "kind": "yes"},
    {"label": "Until", "kind": "date"},
]
DATA = [
    {"name": "customer.name", "kind": "text", "value": "Ada"},
    {"name": "total", "kind": "number", "value": 5},
    {"name": "lines", "kind": "json", "value": [1]},
]


def outcome(wait: Wait) -> dict[str, Any]:
    wait.refresh_from_db()
    found: dict[str, Any] = json.loads(wait.outcome or "{}")
    return found


def test_so_many_must_agree_as_the_step_says(place: Place) -> None:
    wait = ask(place, needed=2)
    status, shape = decide(place, wait, "operator", note="fine")
    assert (status, shape["open"], shape["yours"]) == (200, True, False)
    assert [vote["name"] for vote in shape["votes"]] == ["operator@home"]
    assert mine(place, "operator") == []
    assert mine(place, "editor") == [str(wait.id)]
    status, said = decide(place, wait, "operator", approved=False)
    assert (status, said["message"][:23]) == (409, "You decided this before")
    assert Run.objects.get(id=place.run_id).status == "waiting"
    page = browser(place.people["editor"]).get(reverse("inbox-question", args=[wait.id]))
    assert "1 of 2 people who must agree has done so." in page.content.decode()
    assert decide(place, wait, "editor")[1]["decision"]["approved"] is True
    assert [vote["by"] for vote in outcome(wait)["decisions"]] == ["operator@home", "editor@home"]
    assert Run.objects.get(id=place.run_id).status == "queued"


REFUSALS: list[tuple[dict[str, Any], list[bool], bool | None]] = [
    ({"needed": 2}, [True, False], False),
    ({"needed": 2, "refusal": "as_many"}, [False, True], None),
    ({"needed": 2, "refusal": "as_many"}, [False, False], False),
    ({"needed": 2, "refusal": "as_many"}, [False, True, True], True),
]


@pytest.mark.parametrize(("asked", "said", "decided"), REFUSALS)
def test_one_refusal_decides_or_does_not(
    place: Place, asked: dict[str, Any], said: list[bool], decided: bool | None
) -> None:
    wait = ask(place, **asked)
    for role, approved in zip(("operator", "editor", "admin"), said, strict=False):
        assert decide(place, wait, role, approved=approved)[0] == 200
    assert outcome(wait).get("approved") is decided


def test_who_reviews_fills_in_a_form(place: Place) -> None:
    wait = ask(place, form=FORM)
    status, said = decide(place, wait, "operator", answers={"reason": "other"})
    assert (status, said["fields"]) == (400, {"amount": "missing", "reason": "choice"})
    answers = {"amount": 2.5, "reason": "late", "sent_back": True, "until": "2030-01-31"}
    status, shape = decide(place, wait, "operator", answers=answers)
    assert (status, shape["decision"]["answers"]) == (200, answers)


def test_who_rejects_need_not_fill_in_everything(place: Place) -> None:
    wait = ask(place, form=FORM)
    assert decide(place, wait, "operator", approved=False)[0] == 200
    assert outcome(wait)["answers"]["amount"] is None


def test_data_is_changed_and_what_stood_there_is_kept(place: Place) -> None:
    wait = ask(place, data=DATA)
    client = browser(place.people["operator"])
    url = reverse("inbox-question", args=[wait.id])
    assert 'value="Ada"' in client.get(url).content.decode()
    sent = {"decision": "approve", "seen": "0", "data.customer.name": "Grace", "data.total": "x"}
    page = client.post(url, sent).content.decode()
    assert "Please write a number." in page
    assert 'value="Grace"' in page
    client.post(url, sent | {"data.total": "7", "data.lines": "[1]"})
    assert outcome(wait)["changes"] == [
        {"field": "customer.name", "before": "Ada", "after": "Grace", "by": "operator@home"},
        {"field": "total", "before": 5, "after": 7, "by": "operator@home"},
    ]
    page = client.get(url).content.decode()
    assert "What was changed" in page
    assert "by operator@home" in page


def test_who_agreed_to_data_that_was_changed_since_has_to_agree_anew(place: Place) -> None:
    wait = ask(place, data=DATA, needed=2)
    assert decide(place, wait, "operator", seen=0)[0] == 200
    status, shape = decide(place, wait, "editor", seen=0, changes={"total": 6})
    assert (status, shape["open"], shape["seen"]) == (200, True, 1)
    status, said = decide(place, wait, "admin", seen=0)
    assert (status, said["message"][:25]) == (409, "Somebody changed the data")
    assert mine(place, "operator") == [str(wait.id)]
    assert decide(place, wait, "operator", seen=1)[0] == 200
    found = outcome(wait)
    assert found["approved"] is True
    assert [change["after"] for change in found["changes"]] == [6]


@pytest.mark.parametrize(("rule", "kept_out"), [("starter", "editor"), ("editor", "admin")])
def test_nobody_approves_their_own_work(place: Place, rule: str, kept_out: str) -> None:
    wait = ask(place, not_by=[rule])
    Run.objects.filter(id=place.run_id).update(started_by=place.people["editor"].pk)
    assert mine(place, kept_out) == []
    assert decide(place, wait, kept_out)[0] == 403
    url = reverse("inbox-question", args=[wait.id])
    page = browser(place.people[kept_out]).get(url).content.decode()
    assert "Somebody else is to decide here." in page
    assert decide(place, wait, "operator")[0] == 200


def test_named_people_decide_beside_a_role_or_alone(place: Place) -> None:
    beside = ask(place, who="editor", people=["viewer@home"])
    alone = ask(place, 1, who="people", people=["viewer@home"])
    assert mine(place, "viewer") == [str(beside.id), str(alone.id)]
    assert mine(place, "editor") == [str(beside.id)]
    assert mine(place, "operator") == []


def test_later_others_are_asked_too(place: Place) -> None:
    soon, past = (timezone.now() + timedelta(seconds=s) for s in (60, -1))
    for item, at in enumerate((soon, past)):
        more = {"escalate_at": at.timestamp(), "escalate_to": ["viewer@home"]}
        ask(place, item, who="people", people=["editor@home"], **more)
    assert len(mine(place, "viewer")) == 1
    assert len(mine(place, "editor")) == 2


def test_people_hear_of_it_by_mail_each_stage_once(place: Place) -> None:
    for role in ("operator", "viewer"):
        User.objects.filter(pk=place.people[role].pk).update(email=f"{role}@example.org")
    wait = ask(
        place,
        who="people",
        people=["operator@home"],
        mail=True,
        remind_at=timezone.now().timestamp() - 1,
        escalate_at=timezone.now().timestamp() + 60,
        escalate_to=["viewer@home"],
    )
    with engine_connection() as db:
        assert tell_reviewers(db) == 2
        assert tell_reviewers(db) == 0
        later = json.loads(wait.details or "") | {"escalate_at": timezone.now().timestamp() - 1}
        Wait.objects.filter(id=wait.id).update(
            details=json.dumps(later), tell_at=timezone.now() - timedelta(seconds=1)
        )
        assert tell_reviewers(db) == 1
    mails = list(OutboxMail.objects.order_by("id"))
    assert [mail.subject.partition(":")[0] for mail in mails] == [
        "A question for you",
        "It still waits for you",
        "Nobody decided yet",
    ]
    address = question_address(wait.id)
    assert address in mails[0].text
    url = address.partition("/decide/")[2]
    led = browser(place.people["operator"]).get(f"/decide/{url}").headers["Location"]
    assert led == reverse("inbox-question", args=[wait.id])


def test_a_mail_that_cannot_be_sent_is_tried_again_later(place: Place) -> None:
    User.objects.filter(pk=place.people["operator"].pk).update(email="operator@example.org")
    wait = ask(place, who="operator", mail=True)

    def refuse(*_: object) -> None:
        raise MailNotSentError("no")

    with engine_connection() as db:
        assert tell_reviewers(db, post=refuse) == 0
        wait.refresh_from_db()
        assert (wait.told, wait.tell_at is not None) == ("", True)
        Wait.objects.filter(id=wait.id).update(tell_at=timezone.now())
        assert tell_reviewers(db) == 1


def test_many_are_decided_on_one_page(place: Place, elsewhere: Place) -> None:
    waits = [ask(place, item) for item in range(3)]
    form = ask(place, 3, form=FORM)
    foreign = ask(elsewhere)
    client = browser(place.people["operator"])
    page = client.get(reverse("inbox")).content.decode()
    assert page.count('name="chosen"') == 3
    sent = {"chosen": [str(one.id) for one in [*waits[:2], form, foreign]], "decision": "approve"}
    answer = client.post(reverse("inbox"), sent | {"note": "all"}, follow=True).content.decode()
    assert "2 questions approved." in answer
    assert [outcome(one).get("note") for one in waits] == ["all", "all", None]
    assert outcome(form) == outcome(foreign) == {}


def test_each_chore_has_a_lock_of_its_own() -> None:
    names = {chore.name for chore in CHORES} | {"prune"}
    assert names == set(ALONE_LOCKS)
    assert len(set(ALONE_LOCKS.values())) == len(names)
