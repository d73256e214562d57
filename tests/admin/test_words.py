"""What a person reads and presses first in the lists."""

from html.parser import HTMLParser

from django.urls import reverse

from builder.services.publish import publish
from tests.support.people import Place, browser


class Links(HTMLParser):
    """The links of a page by their text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._href = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._href = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = ""

    def handle_data(self, data: str) -> None:
        if self._href and data.strip():
            self.found.setdefault(data.strip(), self._href)


def page_of(place: Place, address: str) -> str:
    return browser(place.people["admin"]).get(address).content.decode()


def test_the_name_of_a_flow_opens_the_canvas_and_its_settings_are_one_link_away(
    place: Place,
) -> None:
    links = Links(page_of(place, reverse("admin:builder_flow_changelist"))).found
    assert links[place.flow.name] == reverse("canvas", args=[place.flow.id])
    settings = reverse("admin:builder_flow_change", args=[place.flow.id])
    assert links["Settings, runs"] == settings


def test_adding_says_what_is_added(place: Place) -> None:
    words = {
        "builder_flow": "New flow",
        "runtime_credential": "New connection",
        "builder_modelprofile": "New model",
        "builder_membership": "New person",
    }
    for name, text in words.items():
        links = Links(page_of(place, reverse(f"admin:{name}_changelist"))).found
        assert links[text] == reverse(f"admin:{name}_add")


def test_the_address_of_a_live_flow_can_be_copied(place: Place) -> None:
    graph = {
        "format": "segue.flow/1",
        "nodes": [
            {
                "id": "n1",
                "key": "hook",
                "name": "Hook",
                "type": "trigger.webhook",
                "version": 1,
                "params": {"path": "copied", "answer": "at_once"},
                "position": {"x": 0, "y": 0},
            }
        ],
        "edges": [],
        "notes": [],
        "groups": [],
        "settings": {},
    }
    place.flow.draft = graph
    place.flow.save()
    publish(place.flow, revision=place.flow.draft_revision, actor=place.people["admin"], note="")
    page = page_of(place, reverse("admin:builder_flow_change", args=[place.flow.id]))
    assert "/hooks/copied</code>" in page
    assert "Copy address" in page


def test_home_speaks_of_no_inner_parts(place: Place) -> None:
    page = page_of(place, reverse("admin:index"))
    assert "Formulas and code" in page
    for word in ("Broker", "Sandbox"):
        assert word not in page


def test_a_sign_in_link_is_shown_once_with_a_button_that_copies_it(place: Place) -> None:
    client = browser(place.people["admin"])
    person = place.memberships["viewer"]
    address = reverse("admin:builder_membership_change", args=[person.id])
    client.post(reverse("admin:builder_membership_link", args=[person.id]))
    first, second = (client.get(address).content.decode() for _ in range(2))
    assert "/sign-in/" in first
    assert "Copy address" in first
    assert "/sign-in/" not in second


def test_a_closed_door_says_whom_to_ask(place: Place) -> None:
    answer = browser(place.people["viewer"]).get(reverse("admin:builder_membership_changelist"))
    assert answer.status_code == 403
    assert "An admin of the workspace can give you another one." in answer.content.decode()


def test_a_wrong_address_leads_back_to_the_start(place: Place) -> None:
    answer = browser(place.people["viewer"]).get("/nowhere/")
    assert answer.status_code == 404
    assert reverse("admin:index") in answer.content.decode()


def test_a_wrong_address_of_the_api_is_answered_in_json(place: Place) -> None:
    answer = browser(place.people["viewer"]).get("/api/nowhere/")
    assert (answer.status_code, list(answer.json())) == (404, ["message"])
