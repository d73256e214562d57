"""A new install: what is made, once; how the first person gets in."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from builder.models import Flow, LoginLink, Membership, ModelProfile, Workspace
from builder.services.first_start import first_start
from builder.services.login_link import create_login_link


def said(*command: str) -> str:
    """Run a command and return what it printed."""
    out = io.StringIO()
    call_command(*command, stdout=out)
    return out.getvalue().strip()


def test_the_first_start_makes_what_is_needed(db: None) -> None:
    assert first_start()
    workspace = Workspace.objects.get()
    assert Membership.objects.get().role == "admin"
    assert ModelProfile.objects.in_workspace(workspace.id).get().is_practice
    assert User.objects.get().has_usable_password() is False


def test_the_second_start_changes_nothing(db: None) -> None:
    first_start()
    Flow.objects.all().delete()
    assert first_start() == []
    assert (User.objects.count(), Workspace.objects.count(), Flow.objects.count()) == (1, 1, 0)


def test_the_printed_link_signs_in_once(db: None) -> None:
    first_start()
    link = said("segue_login_link", "--base-url", "http://testserver/")
    assert link.startswith("http://testserver/sign-in/")
    path = link.removeprefix("http://testserver")
    client = Client()
    assert client.get(path).status_code == 200
    assert client.post(path).headers["Location"] == reverse("admin:index")
    assert client.get(reverse("admin:index")).status_code == 200
    assert Client().post(path).status_code == 410
    assert path.split("/")[2] not in str(list(LoginLink.objects.values()))


def test_looking_at_a_link_does_not_use_it_up(db: None) -> None:
    first_start()
    path = create_login_link(User.objects.get(), "")
    Client().get(path)
    assert Client().post(path).status_code == 302


def test_an_old_link_is_refused_kindly(db: None) -> None:
    first_start()
    path = create_login_link(User.objects.get(), "")
    LoginLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    page = Client().get(path)
    assert (page.status_code, "no longer works" in page.content.decode()) == (410, True)


def test_a_first_password_needs_no_old_one(db: None) -> None:
    first_start()
    client = Client()
    client.post(create_login_link(User.objects.get(), ""))
    new = "a long one 4711"
    changed = client.post(
        reverse("admin:password_change"), {"new_password1": new, "new_password2": new}
    )
    page = client.get(reverse("admin:password_change")).content.decode()
    assert changed.status_code == 302
    assert User.objects.get().check_password(new)
    assert "old_password" in page


def test_a_token_opens_the_api(db: None) -> None:
    first_start()
    token = said("token", "admin")
    answer = Client(headers={"Authorization": f"Token {token}"}).get(reverse("session"))
    assert (len(token.split()), answer.json()["user"]["username"]) == (1, "admin")


def test_a_token_for_nobody_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="nobody"):
        said("token", "nobody")
