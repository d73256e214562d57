"""Names that are not ours, guessed passwords, and null characters: refused in words."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from builder.body_limit import with_body_limit
from builder.services import sign_in_limit

OWN = ("localhost", "localhost:8000", "127.0.0.1:8000", "192.168.7.20", "[::1]:8000", "x.localhost")
FOREIGN = ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "evil@x", "a b")


@pytest.mark.parametrize("name", OWN)
def test_own_names_are_answered(client: Client, name: str) -> None:
    assert client.get("/admin/login/", headers={"Host": name}).status_code == 200


@pytest.mark.parametrize("name", FOREIGN)
def test_another_name_is_refused_with_what_to_do(client: Client, name: str) -> None:
    refused = client.get("/admin/login/", headers={"Host": name})
    assert refused.status_code == 400
    assert "SEGUE_ALLOWED_HOSTS" in refused.content.decode()
    assert refused["Content-Type"] == "text/plain"
    assert client.get("/health", headers={"Host": name}).status_code in (200, 400)


def test_the_public_name_and_what_the_operator_lists_are_answered(
    client: Client, settings: Any
) -> None:
    settings.OWN_NAMES = ["segue.example"]
    assert client.get("/admin/login/", headers={"Host": "segue.example"}).status_code == 200
    settings.ANSWER_TO_OWN_NAMES_ONLY = False
    settings.ALLOWED_HOSTS = ["listed.example"]
    assert client.get("/admin/login/", headers={"Host": "listed.example"}).status_code == 200
    assert client.get("/admin/login/", headers={"Host": "segue.example"}).status_code == 400


def sign_in(name: str, password: str, address: str) -> str:
    """Try the form; returns what it says."""
    form = {"username": name, "password": password}
    client = Client(REMOTE_ADDR=address)
    answer = client.post(reverse("admin:login"), form)
    return answer.content.decode()


def test_passwords_cannot_be_guessed_for_long(db: None, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.create_user("ada", password="right-one-7")
    for _ in range(sign_in_limit.TRIES_BY_ONE):
        assert "too many tries" not in sign_in("ada", "wrong", "10.0.0.1")
    assert "too many tries" in sign_in("ada", "right-one-7", "10.0.0.1")
    assert "too many tries" not in sign_in("ada", "right-one-7", "10.0.0.2")
    assert "too many tries" not in sign_in("bob", "wrong", "10.0.0.1")


@pytest.mark.parametrize(("path", "query"), [("/api/waits/\x00/", b""), ("/api/runs/", b"q=%00")])
async def test_a_null_character_never_reaches_the_database(path: str, query: bytes) -> None:
    sent: list[Any] = []

    async def inner(*_: Any) -> None:
        raise AssertionError("reached")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "query_string": query, "headers": []}
    await with_body_limit(inner, 10)(scope, inner, send)
    assert sent[0]["status"] == 400
    assert b"null character" in sent[1]["body"]
