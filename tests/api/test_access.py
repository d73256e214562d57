"""Every address × every role × own and other workspace: who gets in, who gets 401, 403, 404."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from runtime.models import Run
from tests.api.table import PUBLIC, RANK, TABLE
from tests.support.people import Place, api

CASES = [(name, method) for name, method in TABLE]
ROLES = list(RANK)
OPEN = ("api/", "metrics", "mcp", "v1/")  # all that is asked by programs


def call(client: Client, name: str, method: str, place: Place) -> Any:
    """Call an address with this workspace's rows in it."""
    _, body, _ = TABLE[(name, method)]
    return getattr(client, method.lower())(
        address(name, place), data=body, content_type="application/json"
    )


def address(name: str, place: Place) -> str:
    """Return the address with the arguments it takes."""
    ids = place.ids()
    takes = _arguments()[name]
    return reverse(name, kwargs={key: ids[key] for key in takes})


def _arguments() -> dict[str, list[str]]:
    return {str(p.name): list(p.pattern.converters) for p in patterns(*OPEN)}


def patterns(*prefixes: str) -> list[URLPattern]:
    """Return the patterns below these prefixes."""
    found: list[URLPattern] = []

    def walk(resolver: URLResolver, path: str) -> None:
        for part in resolver.url_patterns:
            whole = path + str(part.pattern)
            if isinstance(part, URLResolver):
                walk(part, whole)
            elif whole.startswith(prefixes):
                found.append(part)

    walk(get_resolver(), "")
    return found


def test_every_address_and_method_has_a_row() -> None:
    declared = {
        (str(pattern.name), method)
        for pattern in patterns(*OPEN)
        for method in getattr(pattern.callback, "cls", object).__dict__.get("permissions", {})
    }
    assert declared == set(TABLE)


def test_every_other_address_is_public_by_name() -> None:
    public = {
        (str(pattern.name), "POST")
        for pattern in patterns(*OPEN)
        if getattr(getattr(pattern.callback, "cls", None), "public", None)
    }
    assert public == PUBLIC
    assert {str(p.name) for p in patterns(*OPEN)} == {n for n, _ in set(TABLE) | PUBLIC}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_what_the_table_says(place: Place, role: str) -> None:
    wrong = []
    client = api(place.people[role])
    for name, method in CASES:
        if method == "DELETE" or name == "run-events":
            continue
        least, _, good = TABLE[(name, method)]
        wanted = good if RANK[role] >= RANK[least] else 403
        _rewind(place)
        got = call(client, name, method, place).status_code
        if got != wanted:
            wrong.append((name, method, got, wanted))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ["flow", "model-profile", "credential"])
def test_deleting_needs_an_editor(place: Place, role: str, name: str) -> None:
    wanted = 204 if RANK[role] >= RANK["editor"] else 403
    assert call(api(place.people[role]), name, "DELETE", place).status_code == wanted


def test_a_stranger_gets_404_for_every_row(place: Place, elsewhere: Place) -> None:
    client = api(elsewhere.people["admin"])
    wrong = []
    for name, method in CASES:
        if not _arguments()[name]:
            continue
        got = call(client, name, method, place).status_code
        if got != 404:
            wrong.append((name, method, got))
    assert wrong == []


def test_lists_show_own_rows_only(place: Place, elsewhere: Place) -> None:
    client = api(elsewhere.people["admin"])
    for name in ("flows", "runs", "credentials", "model-profiles"):
        text = client.get(reverse(name)).content.decode()
        assert not [i for i in place.ids().values() if str(i) in text and len(str(i)) > 30], name


def test_nobody_gets_in_without_a_token(place: Place) -> None:
    answers = {call(Client(), name, method, place).status_code for name, method in CASES}
    assert answers == {401}


def test_a_person_who_was_switched_off_is_out(place: Place) -> None:
    user = place.people["admin"]
    client = api(user)
    user.is_active = False
    user.save()
    assert client.get(reverse("flows")).status_code == 401


def test_a_person_without_a_workspace_is_told_so(place: Place) -> None:
    user = place.people["viewer"]
    client = api(user)
    place.memberships["viewer"].delete()
    answer = client.get(reverse("flows"))
    assert (answer.status_code, "workspace" in answer.json()["message"]) == (403, True)


def test_a_session_needs_the_csrf_token(place: Place) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(place.people["editor"], backend="django.contrib.auth.backends.ModelBackend")
    body = {"name": "New"}
    refused = client.post(reverse("flows"), body, content_type="application/json")
    token = client.get(reverse("session")).json()["csrf_token"]
    passed = client.post(
        reverse("flows"), body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert (refused.status_code, passed.status_code) == (403, 201)


def test_a_renaming_operator_is_refused(place: Place) -> None:
    answer = api(place.people["operator"]).patch(
        reverse("flow", args=[place.flow.id]), {"name": "Mine"}, content_type="application/json"
    )
    assert answer.status_code == 403


def _rewind(place: Place) -> None:
    """Undo what an earlier call of the table changed."""
    type(place.flow).objects.filter(id=place.flow.id).update(draft_revision=1, live=True)
    Run.objects.filter(id=place.run_id).update(status="queued", cancel_requested=False)
    type(place.credential).objects.filter(id=place.credential.id).update(name="Shop")
    for model in (type(place.credential), type(place.profile)):
        model.objects.filter(name__in=["Other", "Second"]).delete()
