"""Segue's own mails by a workspace's mail server: invitations, and failures."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from builder.models import Invitation
from builder.services.change_alert import change_alert
from builder.services.run_flow import run_flow
from runtime.models import FlowAlert, OutboxMail, Run, RunStatus
from runtime.network.guard import INTERNAL_HOSTS
from runtime.services.credentials import save_credential
from runtime.services.engine_connection import engine_connection
from runtime.services.tell_people import tell_people
from tests.support.mail_server import PASSWORD, USER, MailServer, mail_server
from tests.support.people import Place, browser

INVITE = "/admin/builder/membership/invite/"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server, and a way past the guard to this machine."""
    monkeypatch.setenv(INTERNAL_HOSTS, "127.0.0.1")
    with mail_server() as running:
        yield running


def connect(place: Place, port: int) -> UUID:
    """A connection to it; its id."""
    secret = {
        "host": "127.0.0.1",
        "port": str(port),
        "username": USER,
        "password": PASSWORD,
        "sender": "segue@shop.example",
        "encryption": "none",
    }
    return save_credential(
        workspace_id=place.workspace.id,
        name="Mail",
        type_name="mail.smtp",
        secret=secret,
        allowed_hosts=[],
    ).id


def read(content: bytes) -> Any:
    """A mail as its receiver's program reads it."""
    return message_from_bytes(content, policy=default)


def test_an_invitation_goes_by_mail(place: Place, server: MailServer) -> None:
    connect(place, server.port)
    client = browser(place.people["admin"])
    page = client.post(
        INVITE, {"role": "viewer", "mail": "olga@shop.example"}, follow=True
    ).content.decode()
    assert "is on its way to olga@shop.example" in page
    mail = read(server.mails[0].content)
    link = re.search(r"http://testserver(/join/\S+/)", mail.get_content())
    assert link is not None
    assert "Viewer: looks at flows and runs" in mail.get_content()
    assert Invitation.objects.get().whom == "olga@shop.example"
    assert Client().get(link[1]).status_code == 200
    assert not OutboxMail.objects.exists(), "everybody reads that"


def test_a_mail_that_does_not_go_leaves_the_link(
    place: Place, server: MailServer, free_port: int
) -> None:
    connect(place, free_port)
    client = browser(place.people["admin"])
    page = client.post(
        INVITE, {"role": "viewer", "mail": "olga@shop.example"}, follow=True
    ).content.decode()
    assert "did not accept the connection" in page
    assert "/join/" in page
    wrong = client.post(INVITE, {"role": "viewer", "mail": "olga"}).content.decode()
    assert "This is not a mail address" in wrong
    assert Invitation.objects.count() == 1


def test_a_failure_goes_by_mail(place: Place, server: MailServer) -> None:
    by = connect(place, server.port)
    change_alert(
        place.flow,
        text="ada@shop.example",
        credential_id=by,
        on_missed=True,
        actor=place.people["editor"],
    )
    run_id = run_flow(place.flow, draft=False, actor=None, given={"x": 1})
    Run.objects.filter(id=run_id).update(status=RunStatus.FAILED, finished_at=timezone.now())
    with engine_connection() as db:
        assert tell_people(db, settled=0) == 1
    mail = read(server.mails[0].content)
    assert mail["Subject"] == f"“{place.flow.name}” failed"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert FlowAlert.objects.get().problem == ""
