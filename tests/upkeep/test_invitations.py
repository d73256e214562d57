"""Inviting a colleague: a link that works once, for a while, for one workspace and role."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from builder.models import AuditEntry, Invitation, Membership, Role
from builder.services.people import change_role
from tests.support.people import Place, browser, make_place

NEW = {"name": "Olga Ivanova", "username": "olga", "password": "teapot-and-bells"}


def invited(place: Place, **typed: str) -> str:
    """The path of a link, as the admin's page shows it."""
    client = browser(place.people["admin"])
    page = client.post(
        "/admin/builder/membership/invite/", {"role": "editor", **typed}, follow=True
    )
    found = re.search(r"http://testserver(/join/[\w-]+/)", page.content.decode())
    assert found is not None
    again = client.get("/admin/builder/membership/invite/").content.decode()
    assert found[1] not in again, "it is shown once"
    return found[1]


def test_a_colleague_joins_with_name_and_password(place: Place) -> None:
    link, guest = invited(place, whom="Olga"), Client()
    page = guest.get(link).content.decode()
    assert "admin@home" in page
    assert "Editor: also draws flows" in page
    joined = guest.post(link, NEW)
    assert joined.headers["Location"] == "/admin/"
    assert guest.get("/admin/").status_code == 200
    membership = Membership.objects.get(user__username="olga")
    assert (membership.role, membership.workspace) == ("editor", place.workspace)
    assert membership.user.check_password(NEW["password"])
    assert membership.user.get_full_name() == "Olga Ivanova"
    assert AuditEntry.objects.filter(action="invitation_used").count() == 1
    assert Client().get(link).status_code == 410
    assert Client().post(link, {**NEW, "username": "second"}).status_code == 410
    assert not User.objects.filter(username="second").exists()


def test_who_has_an_account_joins_with_it(place: Place) -> None:
    other = make_place("elsewhere")
    guest = browser(other.people["viewer"])
    link = invited(place)
    assert "Join as viewer@elsewhere" in guest.get(link).content.decode()
    guest.post(link)
    assert place.workspace.memberships.filter(user=other.people["viewer"]).exists()
    assert "home" in guest.get("/admin/").content.decode(), "one lands where one was invited to"


def test_a_member_does_not_use_an_invitation_up(place: Place) -> None:
    link = invited(place)
    answer = browser(place.people["viewer"]).post(link)
    assert "You belong to this workspace already" in answer.content.decode()
    assert Client().get(link).status_code == 200
    assert place.workspace.memberships.get(user=place.people["viewer"]).role == "viewer"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"username": "Admin@home"}, "called so already"),
        ({"username": "with space"}, "valid username"),
        ({"password": "12345678"}, "too common"),
        ({"password": "olga-ivanova"}, "too similar"),
        ({"name": ""}, "required"),
    ],
)
def test_what_cannot_be_is_said_and_uses_nothing_up(
    place: Place, typed: dict[str, str], said: str
) -> None:
    link = invited(place)
    answer = Client().post(link, {**NEW, **typed})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert NEW["password"] not in answer.content.decode()
    assert Client().get(link).status_code == 200


def test_links_end(place: Place) -> None:
    taken_back, too_old, of_a_former_admin = (invited(place) for _ in range(3))
    first, second, _third = Invitation.objects.order_by("created_at", "id")
    admin = browser(place.people["admin"])
    people = admin.get("/admin/builder/membership/").content.decode()
    assert people.count("Take back") == 3
    admin.post(f"/admin/builder/membership/invitations/{first.id}/revoke/")
    Invitation.objects.filter(id=second.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert [Client().get(link).status_code for link in (taken_back, too_old)] == [410, 410]
    assert Client().get(of_a_former_admin).status_code == 200
    change_role(place.memberships["editor"], Role.ADMIN, actor=place.people["admin"])
    change_role(place.memberships["admin"], Role.VIEWER, actor=place.people["editor"])
    assert Client().get(of_a_former_admin).status_code == 410


@pytest.mark.parametrize("role", ["viewer", "operator", "editor"])
def test_only_admins_invite(place: Place, role: str) -> None:
    invited(place)
    made = Invitation.objects.get()
    client = browser(place.people[role])
    assert client.get("/admin/builder/membership/invite/").status_code == 403
    url = f"/admin/builder/membership/invitations/{made.id}/revoke/"
    assert client.post(url).status_code == 403
    stranger = browser(make_place("elsewhere").people["admin"])
    assert stranger.post(url).status_code == 404


def test_without_a_mail_server_nothing_is_mailed(place: Place) -> None:
    client = browser(place.people["admin"])
    page = client.get("/admin/builder/membership/invite/").content.decode()
    assert 'name="mail"' not in page
    assert "add a connection of the kind" in page
