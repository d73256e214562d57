"""A new person begins: what should start it, the tour once, a model of one's own that answers."""

import pytest
from django.urls import reverse

from builder.models import Flow, ModelProfile
from builder.services.begin_flow import starters
from builder.services.connect_model import connect_model, has_own_model
from builder.services.documents import find_problems, read_document
from builder.services.refusals import NotPossibleError
from runtime.models import Credential
from runtime.network.guard import INTERNAL_HOSTS
from runtime.sdk import Kind
from runtime.sdk.params import field_kind
from runtime.services import try_model
from tests.support.model_server import model_server
from tests.support.people import Place, api, browser

HOME, BEGIN = "/admin/", "/admin/builder/flow/add/"
CONNECT = "/admin/builder/modelprofile/connect/"


@pytest.mark.parametrize("start", sorted(starters()))
def test_what_starts_it_is_there_and_needs_nothing_more(place: Place, start: str) -> None:
    client = browser(place.people["editor"])
    made = client.post(BEGIN, {"start": start})
    flow = Flow.objects.get(id=made.headers["Location"].split("/")[2])
    found = [one for one in find_problems(read_document(flow.draft)) if one.severity != "advice"]
    # A connection is the one thing that only a person can choose.
    kinds = {field_kind(starters()[start].Params, str(one.field)) for one in found}
    assert kinds <= {Kind.CREDENTIAL}
    assert len(flow.draft["nodes"]) == 1


def test_home_asks_whoever_has_drawn_nothing_yet(place: Place) -> None:
    client = browser(place.people["editor"])
    assert "What should start it?" in client.get(HOME).content.decode()
    client.post(BEGIN, {"start": "manual"})
    client.post(BEGIN, {"start": "manual"})
    assert "What should start it?" not in client.get(HOME).content.decode()
    names = set(Flow.objects.values_list("name", flat=True))
    assert {"New flow", "New flow 2"} <= names
    assert "What should start it?" not in browser(place.people["viewer"]).get(HOME).content.decode()


def test_an_unknown_start_makes_nothing(place: Place) -> None:
    client, before = browser(place.people["editor"]), Flow.objects.count()
    assert "Choose what should start it." in client.post(BEGIN, {"start": "x"}).content.decode()
    assert Flow.objects.count() == before
    assert browser(place.people["operator"]).post(BEGIN, {"start": "form"}).status_code == 403


def test_the_tour_comes_by_itself_until_it_was_ended(place: Place) -> None:
    client, person = browser(place.people["editor"]), api(place.people["editor"])
    assert client.post(BEGIN, {"start": "manual"}).headers["Location"].endswith("?tour=1")
    assert person.get(reverse("session")).json()["tour_seen"] is False
    for _ in range(2):
        assert person.post(reverse("session-tour")).status_code == 204
    assert person.get(reverse("session")).json()["tour_seen"] is True
    assert "tour" not in client.post(BEGIN, {"start": "manual"}).headers["Location"]
    assert api(place.people["admin"]).get(reverse("session")).json()["tour_seen"] is False


def test_a_model_that_answers_is_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with model_server("Hello!") as server:
        monkeypatch.setenv(INTERNAL_HOSTS, server.place)
        client = browser(place.people["editor"])
        assert "Connect your own model" in client.get(HOME).content.decode()
        typed = {"service": "other", "model": "llama", "base_url": server.base_url, "key": ""}
        said = client.post(CONNECT, typed, follow=True).content.decode()
    assert "It said: Hello!" in said
    profile = ModelProfile.objects.get(model="llama")
    assert (profile.credential_id, profile.base_url) == (None, server.base_url)
    assert has_own_model(place.workspace.id)
    assert "Connect your own model" not in client.get(HOME).content.decode()


REFUSED = [
    ((401, {"error": {"message": "Incorrect API key"}}), "401"),
    ((404, {"error": {"message": "no such model"}}), "404"),
    ((500, {}), "500"),
]


@pytest.mark.parametrize(("answer", "said"), REFUSED)
def test_one_that_does_not_is_not(
    place: Place, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, dict[str, str]], said: str
) -> None:
    kept = Credential.objects.count()
    with model_server(answer) as server:
        monkeypatch.setenv(INTERNAL_HOSTS, server.place)
        with pytest.raises(NotPossibleError, match=said):
            connect_model(
                place.workspace.id, "other", key="sk-wrong", model="m",
                base_url=server.base_url, actor=place.people["editor"],
            )  # fmt: skip
    assert not has_own_model(place.workspace.id)
    assert Credential.objects.count() == kept, "a key that opens nothing is not kept"


def test_what_is_missing_is_said_before_anybody_is_called(place: Place) -> None:
    by = place.people["editor"]
    for service, given, said in (
        ("openai", {}, "Paste the key"),
        ("other", {"model": "m"}, "address"),
        ("nobody", {}, "Choose a service"),
        ("other", {"model": "m", "base_url": "http://127.0.0.1:9/v1"}, INTERNAL_HOSTS),
    ):
        with pytest.raises(NotPossibleError, match=said):
            connect_model(place.workspace.id, service, actor=by, **given)


def test_ollama_is_found_where_it_may_be_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(INTERNAL_HOSTS, raising=False)
    assert try_model.find_ollama("w").allowed is False
    monkeypatch.setenv(INTERNAL_HOSTS, try_model.OLLAMA)
    with model_server("x") as server:  # it answers no GET: somebody else is at that address
        monkeypatch.setenv(INTERNAL_HOSTS, server.place)
        found = try_model.find_ollama("w", server.place)
    assert (found.models, bool(found.why), found.allowed) == ((), True, True)


def test_who_only_looks_connects_nothing(place: Place) -> None:
    assert browser(place.people["operator"]).get(CONNECT).status_code == 403
    assert browser(place.people["editor"]).get(CONNECT).status_code == 200
