"""Mails about failures: who gets one, how often, and what it says."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import override_settings
from django.utils import timezone

from builder.admin.alerts import kept_words
from builder.launch import environment
from builder.models import Flow
from builder.services.change_alert import change_alert
from builder.services.change_retention import change_retention
from builder.services.delete_flow import delete_flow
from builder.services.refusals import NotPossibleError
from runtime.models import FlowAlert, OutboxMail, Run, RunStatus, Schedule
from runtime.retention import Wish
from runtime.services.engine_connection import engine_connection
from runtime.services.fire_schedules import fire_due
from runtime.services.post_mail import Letter, MailNotSentError, post_mail
from runtime.services.tell_people import PAUSE_SECONDS, Post, tell_people
from tests.support.house import House, house_on
from tests.support.people import browser
from tests.support.servers import fresh_database

FAILS: dict[str, Any] = {
    "format": "segue.flow/1",
    "nodes": [
        {"id": "n_start", "key": "start", "name": "Start", "type": "trigger.manual"},
        {
            "id": "n_if",
            "key": "stop",
            "name": "Look at the order",
            "type": "flow.stop",
            "params": {"message": "Order {{ start.id }} has no address."},
        },
    ],
    "edges": [{"source": "n_start", "target": "n_if"}],
}
CLOCK: dict[str, Any] = {
    "nodes": [
        {
            "id": "n_clock",
            "key": "clock",
            "type": "trigger.schedule",
            "params": {"repeat": "hours", "missed": "skip"},
        },
        {"id": "n_end", "key": "end", "type": "data.set"},
    ],
    "edges": [{"source": "n_clock", "target": "n_end"}],
}
BASE = "https://flows.example.com"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest,
    servers: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Iterator[House]:
    """A Segue on each of the two databases."""
    with ExitStack() as stack:
        database = None
        if request.param == "postgresql":
            fresh = fresh_database(servers[environment.TEST_POSTGRES_URL])
            database = stack.enter_context(fresh)
        stack.enter_context(override_settings(PUBLIC_URL=BASE))
        stack.enter_context(django_db_blocker.unblock())
        yield stack.enter_context(house_on(tmp_path_factory.mktemp("house"), database))


def watched(house: House, graph: dict[str, Any] = FAILS, **other: Any) -> Flow:
    """A flow about which ada is told; its name is new each time."""
    OutboxMail.objects.all().delete()
    FlowAlert.objects.all().delete()
    flow = house.flow(f"Orders {uuid4().hex[:6]}", graph)
    asked = {"text": "ada@example.com", "credential_id": None, "on_missed": True, **other}
    change_alert(flow, actor=house.actor, **asked)
    return flow


def fail(house: House, flow: Flow, times: int = 1, *, draft: bool = False) -> Run:
    runs = [house.start(flow, {"id": 7}, draft=draft) for _ in range(times)]
    house.work(lambda: not Run.objects.filter(status__in=["queued", "running"], flow_id=flow.id))
    return Run.objects.get(id=runs[-1].id)


def look(post: Post = post_mail) -> int:
    """What a worker does every few seconds."""
    with engine_connection() as db:
        return tell_people(db, settled=0, post=post)


def time_passes(flow: Flow, seconds: float = PAUSE_SECONDS + 1) -> None:
    FlowAlert.objects.filter(flow_id=flow.id).update(
        told_at=timezone.now() - timedelta(seconds=seconds)
    )


def mails() -> list[OutboxMail]:
    return list(OutboxMail.objects.order_by("id"))


def test_a_failure_is_told_with_the_way_to_its_cause(house: House) -> None:
    flow = watched(house)
    assert look() == 0, "nothing happened yet"
    run = fail(house, flow)
    assert look() == 1
    (mail,) = mails()
    assert mail.recipients == "ada@example.com"
    assert mail.subject == f"“{flow.name}” failed"
    assert "Look at the order: Order 7 has no address." in mail.text
    assert f"{BASE}/flows/{flow.id}/runs/{run.id}/?step=stop\n" in mail.text
    assert f"/admin/builder/flow/{flow.id}/change/#tell" in mail.text


def test_many_failures_are_one_mail_with_their_number(house: House) -> None:
    flow = watched(house)
    fail(house, flow)
    assert look() == 1
    fail(house, flow, times=4)
    assert look() == 0, "the last mail is younger than a quarter of an hour"
    time_passes(flow)
    assert look() == 1
    assert mails()[1].subject == f"“{flow.name}” failed 4 times"
    assert "The last 5 runs failed one after the other." in mails()[1].text
    time_passes(flow)
    assert look() == 0, "all is told"


def test_what_is_no_news_is_not_told(house: House) -> None:
    flow = watched(house)
    fail(house, flow, draft=True)
    other = house.flow("Other", FAILS)
    fail(house, other)
    stopped = house.start(flow, {"id": 1})
    Run.objects.filter(id=stopped.id).update(status=RunStatus.CANCELLED, finished_at=timezone.now())
    assert look() == 0
    change_alert(flow, text="", credential_id=None, on_missed=True, actor=house.actor)
    fail(house, flow)
    assert look() == 0
    assert mails() == []


def test_a_mail_that_does_not_go_out_is_told_of_later_and_shown(house: House) -> None:
    def no(workspace: UUID, letter: Letter, key: str, credential: UUID | None) -> None:
        raise MailNotSentError("“mail.example” did not accept the connection.")

    flow = watched(house)
    fail(house, flow, times=2)
    assert look(no) == 0
    assert look() == 0, "not again at once"
    page = browser(house.place.people["viewer"]).get(f"/admin/builder/flow/{flow.id}/change/")
    assert "did not accept the connection" in page.content.decode()
    time_passes(flow)
    assert look() == 1
    assert mails()[0].subject.endswith("failed 2 times")
    assert FlowAlert.objects.get(flow_id=flow.id).problem == ""


def test_who_is_killed_after_the_mail_sends_the_same_again(house: House) -> None:
    def killed(*asked: Any) -> None:
        post_mail(*asked)
        raise KeyboardInterrupt

    flow = watched(house)
    fail(house, flow)
    with pytest.raises(KeyboardInterrupt):
        look(killed)
    assert look() == 1
    assert len(mails()) == 1, "the outbox knows it by its Message-ID"


def test_a_time_that_passed_without_a_run_is_told(house: House) -> None:
    flow = watched(house, CLOCK)
    Schedule.objects.filter(flow_id=flow.id).update(next_at=timezone.now() - timedelta(hours=5))
    with engine_connection() as db:
        fire_due(db)
    assert look() == 1
    (mail,) = mails()
    assert mail.subject == f"“{flow.name}” was not started"
    assert "because Segue was not running" in mail.text
    time_passes(flow)
    assert look() == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [("nobody", "not a mail address"), (",".join(f"a{n}@b.example" for n in range(21)), "most 20")],
)
def test_what_cannot_be_is_refused(house: House, text: str, said: str) -> None:
    flow = watched(house)
    with pytest.raises(NotPossibleError, match=said):
        change_alert(flow, text=text, credential_id=None, on_missed=True, actor=house.actor)
    with pytest.raises(NotPossibleError, match="mail server is gone"):
        change_alert(
            flow, text="a@b.example", credential_id=uuid4(), on_missed=True, actor=house.actor
        )


def test_the_page_keeps_it_and_says_how_long_runs_are_kept(house: House) -> None:
    flow = watched(house)
    editor, url = browser(house.actor), f"/admin/builder/flow/{flow.id}"
    editor.post(f"{url}/tell/", {"recipients": "ada@example.com; bob@example.com"})
    row = FlowAlert.objects.get(flow_id=flow.id)
    assert (row.recipients, row.on_missed) == ("ada@example.com\nbob@example.com", False)
    wrong = editor.post(f"{url}/tell/", {"recipients": "bob@"}, follow=True).content.decode()
    assert "is not a mail address" in wrong
    assert browser(house.place.people["operator"]).post(f"{url}/tell/").status_code == 403
    assert kept_words(flow.id) == (
        "Runs that went well are kept 30 days, failed ones 90 days, tests 7 days."
    )
    change_retention(flow, Wish(1, 0, 0.5, 100), actor=house.actor)
    assert kept_words(flow.id) == (
        "Runs that went well are kept 1 day, failed ones for ever, tests 0.5 days. "
        "At most the last 100 runs."
    )
    delete_flow(flow, actor=house.actor)
    assert not FlowAlert.objects.filter(flow_id=flow.id).exists()
