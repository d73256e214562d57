"""Each person reads their own language: as the browser asks, or as they chose."""

import json

from django.contrib.auth.models import User
from django.test import Client

from builder.models import PersonLanguage
from builder.services.language import languages_of
from tests.support.people import Place, browser

GERMAN = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}
ENGLISH = {"Accept-Language": "en"}


def kinds(client: Client, headers: dict[str, str] | None = None) -> set[str]:
    answer = client.get("/api/node-types/", headers=headers)
    return {node["name"] for node in answer.json()["node_types"]}


def test_the_browser_is_asked_first(place: Place) -> None:
    client = browser(place.people["editor"])
    assert "Wenn" in kinds(client, GERMAN)
    assert "If" in kinds(client)


def test_a_choice_counts_more_and_stays_with_the_person(place: Place) -> None:
    user = place.people["editor"]
    client = browser(user)
    client.post("/i18n/setlang/", {"language": "de", "next": "/admin/"})
    assert "Wenn" in kinds(client, ENGLISH)
    assert PersonLanguage.objects.get(user=user).language == "de"
    assert "Abläufe" in client.get("/admin/", headers=ENGLISH).content.decode()
    elsewhere = browser(user)  # signed in anew, on another computer
    assert "Wenn" in kinds(elsewhere, ENGLISH)


def test_a_language_there_is_none_of_is_not_taken(place: Place) -> None:
    client = browser(place.people["editor"])
    client.post("/i18n/setlang/", {"language": "tlh"})
    assert not PersonLanguage.objects.exists()
    assert client.get("/i18n/setlang/").status_code == 405


def test_problems_and_refusals_are_said_in_it(place: Place) -> None:
    client = browser(place.people["editor"])
    node = {"id": "a", "key": "a", "name": "Holen", "type": "http.request", "params": {}}
    flow = client.post(
        "/api/flows/",
        json.dumps({"name": "F", "graph": {"format": "segue.flow/1", "nodes": [node]}}),
        content_type="application/json",
        headers=GERMAN,
    ).json()
    draft = client.get(f"/api/flows/{flow['id']}/draft/", headers=GERMAN).json()
    messages = [issue["message"] for issue in draft["issues"]]
    assert "„Holen“ braucht „Adresse“." in messages
    published = client.post(
        f"/api/flows/{flow['id']}/publish/",
        json.dumps({"revision": draft["revision"]}),
        content_type="application/json",
        headers=GERMAN,
    ).json()
    assert "zu lösen" in published["message"]
    assert any("Nichts startet" in issue["message"] for issue in published["issues"])


def test_mails_ask_for_the_language_of_an_address(place: Place) -> None:
    user = place.people["editor"]
    User.objects.filter(id=user.id).update(email="ada@example.org")
    PersonLanguage.objects.create(user=user, language="de")
    assert languages_of(["ada@example.org", "bo@example.org"]) == {"ada@example.org": "de"}
