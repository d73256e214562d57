"""Every page of the admin as every role: it opens or refuses, and never shows a secret."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from runtime.models import Credential
from tests.support.people import CANARY, Place, browser

RANK = {"viewer": 0, "operator": 1, "editor": 2, "admin": 3}
ROLES = list(RANK)

# page -> the lowest role that may open it
PAGES = {
    "index": "viewer",
    "password_change": "viewer",
    "builder_flow_changelist": "viewer",
    "builder_flow_add": "editor",
    "builder_flow_change": "viewer",
    "builder_flow_delete": "editor",
    "builder_flow_download": "viewer",
    "builder_flow_history": "viewer",
    "runtime_run_changelist": "viewer",
    "runtime_run_change": "viewer",
    "builder_run_again": "operator",
    "runtime_credential_changelist": "viewer",
    "runtime_credential_add": "editor",
    "runtime_credential_change": "viewer",
    "runtime_credential_delete": "editor",
    "runtime_datatable_changelist": "viewer",
    "runtime_datatable_add": "editor",
    "runtime_datatable_change": "viewer",
    "runtime_datatable_delete": "editor",
    "runtime_datatable_export": "viewer",
    "runtime_datarow_change": "viewer",
    "runtime_datarow_delete": "operator",
    "runtime_fact_changelist": "viewer",
    "runtime_fact_change": "viewer",
    "runtime_fact_delete": "operator",
    "builder_modelprofile_changelist": "viewer",
    "builder_modelprofile_add": "editor",
    "builder_modelprofile_change": "viewer",
    "builder_modelprofile_delete": "editor",
    "builder_prompt_changelist": "viewer",
    "builder_prompt_add": "editor",
    "builder_prompt_change": "viewer",
    "builder_prompt_delete": "editor",
    "runtime_modelbudget_changelist": "viewer",
    "runtime_modelbudget_add": "admin",
    "runtime_modelbudget_change": "viewer",
    "runtime_modelbudget_delete": "admin",
    "builder_membership_changelist": "admin",
    "builder_membership_add": "admin",
    "builder_membership_change": "admin",
    "builder_membership_delete": "admin",
    "builder_workspace_changelist": "viewer",
    "builder_workspace_add": "admin",
    "builder_workspace_change": "viewer",
    "builder_auditentry_changelist": "admin",
}
BUTTONS = {
    "builder_flow_run": "operator",
    "builder_flow_switch": "operator",
    "builder_flow_duplicate": "editor",
    "runtime_run_stop": "operator",
    "builder_run_replay": "operator",
    "builder_run_keep": "editor",
    "builder_flow_try": "operator",
    "runtime_credential_test": "editor",
    "builder_prompt_archive": "editor",
    "runtime_datatable_import": "operator",
    "builder_membership_link": "admin",
}


def address(name: str, place: Place) -> str:
    """Return the page's address with this workspace's row in it."""
    row = {
        "flow": place.flow.id,
        "run": place.run_id,
        "credential": place.credential.id,
        "datatable": place.table.id,
        "datarow": place.table.rows.get().id,
        "fact": place.fact.id,
        "modelprofile": place.profile.id,
        "prompt": place.prompt.id,
        "modelbudget": place.budget.id,
        "membership": place.memberships["viewer"].id,
        "workspace": place.workspace.id,
    }.get(name.split("_")[1] if "_" in name else "")
    bare = name.endswith(("_changelist", "_add")) or "_" not in name or name == "password_change"
    return reverse(f"admin:{name}", args=() if bare else (row,))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_it_may(place: Place, role: str) -> None:
    client, wrong = browser(place.people[role]), []
    for name, least in PAGES.items():
        answer = client.get(address(name, place))
        wanted = 200 if RANK[role] >= RANK[least] else 403
        if answer.status_code != wanted:
            wrong.append((name, answer.status_code, wanted))
        assert CANARY not in answer.content.decode(), name
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_presses_what_it_may(place: Place, role: str) -> None:
    client, wrong = browser(place.people[role]), []
    for name, least in BUTTONS.items():
        answer = client.post(address(name, place))
        wanted = 302 if RANK[role] >= RANK[least] else 403
        if answer.status_code != wanted:
            wrong.append((name, answer.status_code, wanted))
    assert wrong == []


def test_buttons_do_nothing_by_a_link(place: Place) -> None:
    client = browser(place.people["admin"])
    assert {client.get(address(name, place)).status_code for name in BUTTONS} == {405}


def test_a_stranger_finds_nothing(place: Place, elsewhere: Place) -> None:
    client, found = browser(elsewhere.people["admin"]), []
    rows = [name for name in {**PAGES, **BUTTONS} if address(name, place).count("-") >= 4]
    for name in rows:
        send = client.post if name in BUTTONS else client.get
        answer = send(address(name, place))
        # Django's own pages send people home with a message when there is no such row.
        if answer.status_code != 404 and answer.headers.get("Location") != reverse("admin:index"):
            found.append((name, answer.status_code))
    lists = [name for name in PAGES if name.endswith("_changelist")]
    text = "".join(client.get(address(name, place)).content.decode() for name in lists)
    assert found == []
    assert "@home" not in text
    assert place.flow.name not in text


def test_somebody_without_a_workspace_stays_outside(place: Place) -> None:
    place.memberships["viewer"].delete()
    answer = browser(place.people["viewer"]).get(reverse("admin:index"))
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


def test_a_superuser_without_a_role_stays_outside(place: Place) -> None:
    user = place.people["viewer"]
    user.is_superuser = user.is_staff = True
    user.save()
    place.memberships["viewer"].delete()
    assert browser(user).get(reverse("admin:index")).status_code == 302


def test_accounts_and_tokens_have_no_pages(place: Place) -> None:
    client = browser(place.people["admin"])
    for path in ("auth/user/", "auth/group/", "knox/authtoken/"):
        assert client.get(f"/admin/{path}").status_code == 404


def test_a_new_flow_opens_on_the_canvas(place: Place) -> None:
    answer = browser(place.people["editor"]).post(
        reverse("admin:builder_flow_add"), {"start": "form"}
    )
    assert answer.headers["Location"].startswith("/flows/")


def test_a_connection_is_added_and_changed_without_showing_it(place: Place) -> None:
    client = browser(place.people["editor"])
    typed: dict[str, Any] = {
        "name": "Mail",
        "type": "http.basic",
        "hosts": "mail.example",
        "http_basic__username": "maria",
        "http_basic__password": CANARY,
    }
    added = client.post(reverse("admin:runtime_credential_add"), typed)
    row = Credential.objects.get(name="Mail")
    url = reverse("admin:runtime_credential_change", args=[row.id])
    page = client.get(url).content.decode()
    renamed = client.post(url, {"name": "Post", "hosts": "mail.example"})
    moved = client.post(url, {"name": "Post", "hosts": "evil.example"})
    row.refresh_from_db()
    assert (added.status_code, renamed.status_code, moved.status_code) == (302, 302, 200)
    assert (row.name, row.allowed_hosts) == ("Post", ["mail.example"])
    assert CANARY not in page
    assert "enter its secret again" in moved.content.decode()


def test_a_wrong_form_does_not_repeat_the_secret(place: Place) -> None:
    typed = {"name": "", "type": "http.bearer", "hosts": "", "http_bearer__token": CANARY}
    answer = browser(place.people["editor"]).post(reverse("admin:runtime_credential_add"), typed)
    assert answer.status_code == 200
    assert CANARY not in answer.content.decode()


def test_the_last_admin_stays(place: Place) -> None:
    client = browser(place.people["admin"])
    own = place.memberships["admin"]
    url = reverse("admin:builder_membership_change", args=[own.id])
    client.post(url, {"role": "viewer"})
    client.post(reverse("admin:builder_membership_delete", args=[own.id]), {"post": "yes"})
    own.refresh_from_db()
    assert own.role == "admin"


def test_a_person_is_let_in_and_gets_a_link(place: Place) -> None:
    client = browser(place.people["admin"])
    made = client.post(
        reverse("admin:builder_membership_add"),
        {"username": "olga", "name": "Olga", "role": "editor"},
    )
    membership = place.workspace.memberships.get(user__username="olga")
    page = client.post(
        reverse("admin:builder_membership_link", args=[membership.id]), follow=True
    ).content.decode()
    assert (made.status_code, membership.role) == (302, "editor")
    assert "/sign-in/" in page


def test_a_link_for_somebody_of_another_workspace_is_refused(
    place: Place, elsewhere: Place
) -> None:
    client = browser(place.people["admin"])
    client.post(
        reverse("admin:builder_membership_add"),
        {"username": "admin@elsewhere", "name": "", "role": "viewer"},
    )
    membership = place.workspace.memberships.get(user__username="admin@elsewhere")
    page = client.post(
        reverse("admin:builder_membership_link", args=[membership.id]), follow=True
    ).content.decode()
    assert "/sign-in/" not in page


def test_pages_say_what_may_run_in_them(place: Place) -> None:
    page = browser(place.people["viewer"]).get(reverse("admin:index"))
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_the_sign_in_page_opens(db: None) -> None:
    assert Client().get(reverse("admin:login")).status_code == 200


def test_the_side_bar_marks_where_one_is(place: Place) -> None:
    client, marked = browser(place.people["admin"]), {}
    for name in ("builder_flow_change", "runtime_run_change", "builder_run_again"):
        groups = client.get(address(name, place)).context["sidebar_navigation"]
        entries = [entry for group in groups for entry in group["items"]]
        marked[name] = [str(entry["title"]) for entry in entries if entry["active"]]
    assert marked == {
        "builder_flow_change": ["Flows"],
        "runtime_run_change": ["Runs"],
        "builder_run_again": ["Runs"],
    }
