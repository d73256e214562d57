"""Takes the pictures of the documentation: `python3 manage.py pictures`. Not a part of the suite.

One Segue, filled by its own templates and a model that says what it is told; every main screen in
light and in dark, those that one sees most in German too.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import Hand
from tests.support.live import ROOT
from tests.support.model_server import ModelServer, Uses, model_server

FOLDER = ROOT / "docs" / "pictures"
MORE = ROOT / "builder" / "examples" / "more"
ANSWER = (
    "Order 7 is **not paid** yet.\n\n| Ware | Pieces | Price |\n|---|---|---|\n"
    "| Desk lamp | 2 | 59.00 |\n\nShall I send you the bill again?"
)
NUMBER = {"query": [{"name": "number", "value": "7"}]}
SORTED = json.dumps({"class": "Repairs", "sure": 0.93})
SETTLE_MS = 600  # what glides into its place


class Api:
    """What the pictures need of the API."""

    def __init__(self, desk: Desk) -> None:
        self.base = desk.segue.base_url
        self._headers = {"Authorization": f"Token {desk.token}"}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON."""
        answer = httpx.request(
            method, f"{self.base}/api/{path}", json=body, headers=self._headers, timeout=30
        )
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def template(self, stem: str) -> str:
        """A flow from a template, switched on; its id."""
        whole: Mapping[str, Any] = json.loads((MORE / f"{stem}.json").read_text())
        made = self.call("POST", "flows/import/", {"name": whole["name"], "graph": whole["graph"]})
        self.call("POST", f"flows/{made['id']}/publish/", {"revision": 1, "note": ""})
        return str(made["id"])

    def run_over(self, flow: str, status: str = "succeeded") -> str:
        """The id of the flow's last run, once it is so far."""
        for _ in range(300):
            runs = self.call("GET", f"runs/?flow={flow}")["results"]
            if runs and runs[0]["status"] == status:
                return str(runs[0]["id"])
            httpx.get(f"{self.base}/healthz", timeout=5)
        raise AssertionError(runs)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server("unused") as running:
        yield running


@pytest.fixture(scope="module")
def api(desk: Desk, server: ModelServer) -> Api:
    """A Segue with a model that answers."""
    made = Api(desk)
    for one in made.call("GET", "model-profiles/")["results"]:
        made.call("DELETE", f"model-profiles/{one['id']}/")
    body = {"name": "House model", "model": "scripted", "base_url": server.base_url}
    made.call("POST", "model-profiles/", body)
    return made


class Camera:
    """Takes a screen twice."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def take(self, name: str) -> None:
        """Write `<name>.png` and `<name>-dark.png`."""
        FOLDER.mkdir(exist_ok=True)
        for scheme, ending in (("light", ""), ("dark", "-dark")):
            self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            if "/admin/" in self.page.url:
                self.page.reload()  # the admin asks for the scheme only when it is loaded
            self.page.wait_for_timeout(SETTLE_MS)
            self.page.screenshot(path=FOLDER / f"{name}{ending}.png")
        self.page.emulate_media(color_scheme="light")


def test_pictures(desk: Desk, page: Page, api: Api, server: ModelServer) -> None:
    camera, base = Camera(page), api.base
    requests, mails, chat = (
        api.template(stem)
        for stem in ("21_request_with_approval", "22_customer_mail", "25_shop_chat")
    )
    page.goto(f"{base}/forms/request/")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your e-mail").fill("ada@example.com")
    page.get_by_label("What do you need?").fill("Two chairs for the workshop")
    page.get_by_label("What does it cost?").fill("180")
    camera.take("form")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank")).to_be_visible()

    server.answers = [Uses(("look_up", NUMBER), ("stock", {})), ANSWER]
    page.goto(f"{base}/chats/shop-chat/")
    page.get_by_label("Your message").fill("Is order 7 paid, and what was in it?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").locator("strong")).to_have_text("not paid", timeout=30_000)
    camera.take("chat")
    page.goto(f"{base}/flows/{chat}/runs/{api.run_over(chat)}/")
    hand = Hand(page)
    hand.card("Shop assistant").dblclick()
    page.get_by_role("tab", name="Its steps").click()
    expect(page.get_by_test_id("step-panel")).to_contain_text("Look an order up")
    camera.take("agent")

    server.answers = [SORTED]
    letter = {"subject": "My teapot", "text": "My teapot arrived with a crack. Can you mend it?"}
    for _ in range(3):
        httpx.post(f"{base}/hooks/customer-mail", json=letter).raise_for_status()
    run = api.run_over(mails)
    page.goto(f"{base}/flows/{mails}/runs/{run}/")
    expect(page.get_by_test_id("run-bar")).to_have_attribute("data-status", "succeeded")
    camera.take("canvas")
    hand.card("What is it about?").dblclick()
    expect(page.get_by_test_id("step-panel")).to_be_visible()
    camera.take("step")
    page.goto(f"{base}/admin/runtime/run/{run}/change/")
    camera.take("run")

    api.run_over(requests, "waiting")
    page.goto(f"{base}/admin/waiting/")
    expect(page.get_by_text("Ada asks for something").first).to_be_visible()
    page.get_by_text("Ada asks for something").first.click()
    camera.take("inbox")
    page.goto(f"{base}/admin/")
    camera.take("home")
    page.goto(f"{base}/admin/builder/flow/templates/")
    camera.take("gallery")
    page.goto(f"{base}/admin/builder/modelprofile/connect/")
    camera.take("connect-model")
    page.goto(f"{base}/admin/builder/flow/add/")
    camera.take("begin")
    page.locator("[data-start='form']").click()
    expect(page.get_by_test_id("tour")).to_be_visible()
    camera.take("tour")

    page.keyboard.press("Escape")
    page.get_by_role("button", name="Language").click()
    page.get_by_role("menuitem", name="Deutsch").click()
    expect(page.get_by_test_id("publish")).to_have_text("Veröffentlichen")
    page.goto(f"{base}/flows/{mails}/runs/{run}/")
    expect(page.get_by_test_id("run-bar")).to_have_attribute("data-status", "succeeded")
    camera.take("canvas-de")
    hand.card("What is it about?").dblclick()
    expect(page.get_by_test_id("step-panel")).to_be_visible()
    camera.take("step-de")
    for name, address in (("run-de", f"runtime/run/{run}/change/"), ("home-de", "")):
        page.goto(f"{base}/admin/{address}")
        camera.take(name)


def test_every_picture_is_there() -> None:
    taken = {path.stem for path in Path(FOLDER).glob("*.png")}
    assert {name.removesuffix("-dark") for name in taken if name.endswith("-dark")} <= taken
