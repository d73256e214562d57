"""Mails that arrive start a flow, each once."""

import json
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from builder.models import Flow
from builder.services.publish import publish
from builder.services.save_draft import save_draft
from builder.services.set_live import set_live
from runtime.models import Mailbox, Run
from runtime.network.guard import INTERNAL_HOSTS
from runtime.services.credentials import save_credential
from runtime.services.engine_connection import engine_connection
from runtime.services.files import shelf
from runtime.services.take_mails import take_mails
from runtime.services.test_credential import test_credential as try_credential
from tests.support.imap_server import PASSWORD, USER, imap_server
from tests.support.imap_server import Mailbox as Box
from tests.support.people import Place


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    """A mailbox with an old mail in it, and a way past the guard to this machine."""
    monkeypatch.setenv(INTERNAL_HOSTS, "127.0.0.1")
    with imap_server(letter("An old one")) as running:
        yield running


def letter(subject: str, sender: str = "Ada <ada@example.com>", **files: bytes) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "shop@example.com", subject
    made["Message-ID"] = "<1@example.com>"
    made.set_content("Grüße\n")
    for name, content in files.items():
        made.add_attachment(content, maintype="text", subtype="csv", filename=f"{name}.csv")
    return made.as_bytes()


def connection(place: Place, box: Box, **other: str) -> str:
    secret = {
        "host": "127.0.0.1",
        "port": str(box.port),
        "username": USER,
        "password": PASSWORD,
        "encryption": "none",
    }
    made = save_credential(
        workspace_id=place.workspace.id,
        name=f"Mailbox {box.port} {len(other)}",
        type_name="mail.imap",
        secret={**secret, **other},
        allowed_hosts=[],
    )
    return str(made.id)


def waiting(place: Place, box: Box, **params: Any) -> Flow:
    """A live flow that has looked into the mailbox once."""
    trigger = {
        "id": "n_mail",
        "key": "mail",
        "type": "trigger.mail",
        "params": {"mailbox": connection(place, box), **params},
    }
    end = {"id": "n_end", "key": "end", "type": "data.set"}
    graph = {"nodes": [trigger, end], "edges": [{"source": "n_mail", "target": "n_end"}]}
    flow = place.flow
    flow.refresh_from_db()
    save_draft(flow, revision=flow.draft_revision, graph=graph, actor=None)
    flow.refresh_from_db()
    publish(flow, revision=flow.draft_revision, actor=None)
    look(place)
    flow.refresh_from_db()
    return flow


def look(place: Place) -> int:
    """What a worker's chore does, at once."""
    Mailbox.objects.update(next_at=timezone.now())
    with engine_connection() as db:
        return take_mails(db, shelf())


def subjects(flow: Flow) -> list[str]:
    runs = Run.objects.filter(flow_id=flow.id, trigger_kind="mail").order_by("created_at", "id")
    items = [item_of(run) for run in runs]
    return [item["json"]["subject"] for item in items]


def item_of(run: Run) -> Any:
    return json.loads(run.input)[0]


def test_each_mail_that_comes_from_now_on_starts_one_run(place: Place, box: Box) -> None:
    flow = waiting(place, box)
    assert subjects(flow) == [], "what lay there before is not new"
    box.mails |= {5: letter("Second", orders=b"a,b\n1,2\n"), 9: letter("Third")}
    assert look(place) == 2
    assert look(place) == 0
    assert subjects(flow) == ["Second", "Third"]
    first = item_of(Run.objects.filter(flow_id=flow.id, trigger_kind="mail").order_by("id")[0])
    assert first["json"]["from"] == "ada@example.com"
    assert first["json"]["text"].strip() == "Grüße"
    assert [file["name"] for file in first["files"]] == ["orders.csv"]
    assert not [command for command in box.commands if "STORE" in command], "it stays unread"


def test_who_was_killed_before_it_was_noted_takes_no_mail_twice(place: Place, box: Box) -> None:
    flow = waiting(place, box)
    before = Mailbox.objects.get()
    box.mails[5] = letter("Second")
    look(place)
    Mailbox.objects.update(uid=before.uid)
    assert look(place) == 0
    assert subjects(flow) == ["Second"]


def test_only_what_was_asked_for_starts_it(place: Place, box: Box) -> None:
    flow = waiting(place, box, sender="@EXAMPLE.com", subject="order")
    box.mails |= {
        5: letter("My Order"),
        6: letter("My order", sender="eve@elsewhere.org"),
        7: letter("Something else"),
    }
    look(place)
    assert subjects(flow) == ["My Order"]


def test_many_mails_come_in_parts_and_in_order(place: Place, box: Box) -> None:
    flow = waiting(place, box)
    box.mails |= {number: letter(f"No {number}") for number in range(10, 45)}
    assert [look(place), look(place)] == [20, 15]
    assert subjects(flow) == [f"No {number}" for number in range(10, 45)]


def test_a_mailbox_that_was_made_anew_starts_nothing_twice(place: Place, box: Box) -> None:
    flow = waiting(place, box)
    box.validity, box.mails = 8, {1: letter("Moved here"), 2: letter("Moved too")}
    assert look(place) == 0
    box.mails[3] = letter("New")
    look(place)
    assert subjects(flow) == ["New"]


def test_what_comes_while_it_is_switched_off_starts_nothing(place: Place, box: Box) -> None:
    flow = waiting(place, box)
    set_live(flow, live=False, actor=None)
    box.mails[5] = letter("Meanwhile")
    assert look(place) == 0
    set_live(flow, live=True, actor=None)
    look(place)
    box.mails[6] = letter("Afterwards")
    look(place)
    assert subjects(flow) == ["Afterwards"]


def test_publishing_again_goes_on_where_it_was(place: Place, box: Box) -> None:
    flow = waiting(place, box)
    box.mails[5] = letter("Between")
    flow.refresh_from_db()
    publish(flow, revision=flow.draft_revision, actor=None, note="")
    look(place)
    assert subjects(flow) == ["Between"]


WRONG = [
    ({"password": "wrong"}, "did not accept the user name and password"),
    ({"encryption": "rot13"}, "is no way to encrypt"),
    ({"port": "1"}, "could not be read on port 1"),
]


@pytest.mark.parametrize(("other", "said"), WRONG)
def test_a_mailbox_that_cannot_be_read_says_why_and_is_tried_again(
    place: Place, box: Box, other: dict[str, str], said: str
) -> None:
    flow = waiting(place, box, mailbox=connection(place, box, **other))
    row = Mailbox.objects.get(flow_id=flow.id)
    assert said in row.note
    assert row.next_at > timezone.now()


def test_a_folder_that_is_not_there_is_named(place: Place, box: Box) -> None:
    flow = waiting(place, box, folder="Orders")
    assert "no folder “Orders”" in Mailbox.objects.get(flow_id=flow.id).note


def test_the_connection_can_be_tested(place: Place, box: Box) -> None:
    workspace = place.workspace.id
    assert try_credential(workspace, UUID(connection(place, box))).ok
    refused = try_credential(workspace, UUID(connection(place, box, password="wrong")))
    assert not refused.ok
    assert PASSWORD not in refused.message
