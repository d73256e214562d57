"""Connections through the service: what is stored, what is refused, what comes out where."""

import io
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from runtime.models import Credential
from runtime.services.credentials import (
    CredentialRefusedError,
    open_credential,
    save_credential,
)

WORKSPACE = uuid4()
CANARY = "canary-secret-0b77e1aa"


def save(**changes: Any) -> Credential:
    """Save a connection to the shop."""
    values: dict[str, Any] = {
        "workspace_id": WORKSPACE,
        "name": "Shop",
        "type_name": "http.bearer",
        "secret": {"token": CANARY},
        "allowed_hosts": ["shop.example"],
    }
    return save_credential(**{**values, **changes})


def test_the_worker_opens_what_a_person_saved(db: None) -> None:
    opened = open_credential(WORKSPACE, save().id)
    assert opened.headers == {"Authorization": f"Bearer {CANARY}"}
    assert (opened.may_go_to("shop.example"), opened.may_go_to("evil.example")) == (True, False)
    assert CANARY in opened.redactions
    assert CANARY not in repr(opened)


def test_the_row_holds_no_readable_secret(db: None) -> None:
    row = Credential.objects.filter(id=save().id).values().get()
    assert CANARY not in str(row)
    assert row["fields"] == ["token"]


@pytest.mark.parametrize("workspace_id", [uuid4()])
def test_another_workspace_cannot_open_it(db: None, workspace_id: UUID) -> None:
    with pytest.raises(CredentialRefusedError, match="gone"):
        open_credential(workspace_id, save().id)


def test_a_token_copied_to_another_row_is_refused(db: None) -> None:
    theirs = save()
    mine = save(name="Mine", secret={"token": "something-else"})
    Credential.objects.filter(id=mine.id).update(token=theirs.token)
    with pytest.raises(CredentialRefusedError, match="another connection"):
        open_credential(WORKSPACE, mine.id)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "name"),
        ({"type_name": "nonsense"}, "kind"),
        ({"secret": {}}, "Token"),
        ({"secret": None}, "Token"),
        ({"secret": {"token": "a\r\nX-Evil: 1"}}, "line breaks"),
        ({"allowed_hosts": ["https://shop.example/"]}, "host names"),
    ],
)
def test_what_cannot_be_saved_is_said(db: None, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CredentialRefusedError, match=sentence):
        save(**changes)
    assert not Credential.objects.exists()


def test_a_name_is_taken_once(db: None) -> None:
    save()
    with pytest.raises(CredentialRefusedError, match="already"):
        save()


def test_a_stored_secret_cannot_be_sent_to_a_new_host(db: None) -> None:
    row = save()
    with pytest.raises(CredentialRefusedError, match=r"evil\.example"):
        save(credential_id=row.id, secret=None, allowed_hosts=["shop.example", "evil.example"])
    changed = save(credential_id=row.id, allowed_hosts=["evil.example"])
    assert changed.allowed_hosts == ["evil.example"]


def test_parts_that_are_not_given_stay(db: None) -> None:
    row = save(type_name="http.basic", secret={"username": "maria", "password": CANARY})
    save(credential_id=row.id, type_name="http.basic", secret={"username": "olga"})
    assert open_credential(WORKSPACE, row.id).secret == {"username": "olga", "password": CANARY}


def test_rotation_reaches_every_row_and_can_be_repeated(db: None, settings: Any) -> None:
    row, newest = save(), Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [newest, *settings.ENCRYPTION_KEYS]
    said = io.StringIO()
    call_command("rotate_credentials", stdout=said)
    call_command("rotate_credentials", stdout=said)
    assert said.getvalue().split() == [
        *["1", "connections", "were", "encrypted", "anew."],
        *["0", "connections", "were", "encrypted", "anew."],
    ]
    settings.ENCRYPTION_KEYS = [newest]
    assert open_credential(WORKSPACE, row.id).secret == {"token": CANARY}


def test_rotation_names_what_it_could_not_open(db: None, settings: Any) -> None:
    save()
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="Shop"):
        call_command("rotate_credentials", stdout=io.StringIO())
