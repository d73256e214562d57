"""Every screen in German and in English: no barrier on any, and no English left on a German one."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import new_flow
from tests.e2e.test_accessibility import barriers
from tests.e2e.test_form import CHAT, GRAPH
from tests.support.catalogues import english_in
from tests.support.live import LiveSegue

PAGES = (
    "",
    "builder/flow/",
    "builder/flow/templates/",
    "builder/flow/add/",
    "builder/flow/import/",
    "runtime/run/",
    "waiting/",
    "costs/",
    "figures/",
    "runtime/credential/",
    "runtime/credential/add/",
    "runtime/datatable/",
    "runtime/datatable/add/",
    "runtime/outboxmail/",
    "builder/modelprofile/",
    "builder/modelprofile/add/",
    "builder/membership/",
    "builder/membership/add/",
    "builder/membership/invite/",
    "builder/prompt/",
    "builder/prompt/add/",
    "runtime/collection/",
    "runtime/document/",
    "runtime/fact/",
    "runtime/modelbudget/",
    "builder/workspace/",
    "builder/auditentry/",
    "reachable/",
    "backup/",
    "password_change/",
)
# What people called their own things, which happens to be in the catalogue as well.
OWN = frozenset(
    (
        "Anything else",
        "Ask the shop",
        "Form",
        "How many",
        "My workspace",
        "Your name",
        "Practice model",
    )
)
EXAMPLES = Path(__file__).resolve().parents[2] / "builder" / "examples"
# What a person sees or hears: texts, and the words of fields, pictures and buttons.
TEXTS = """() => {
  const HIDDEN = "script, style, template, noscript, code, .cm-content, .material-symbols-outlined";
  const seen = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const above = walk.currentNode.parentElement;
    if (above.closest(HIDDEN)) continue;
    if (!above.checkVisibility()) continue;
    seen.add(walk.currentNode.data.replace(/\\s+/g, " ").trim());
  }
  for (const one of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (one.getAttribute(name)) seen.add(one.getAttribute(name).trim());
  return [...seen];
}"""


@pytest.fixture(scope="module")
def live_segue(new_segue: LiveSegue) -> LiveSegue:
    """Nobody has been here before."""
    return new_segue


@pytest.fixture(scope="module")
def flow(desk: Desk) -> str:
    """A flow with a form, one with a chat, both live; returns the address of the first."""
    made = [new_flow(desk.segue, name, desk.token) for name in ("Bestellung", "Gespräch")]
    for address, graph in zip(made, (GRAPH, CHAT), strict=True):
        number = address.rstrip("/").rpartition("/")[2]
        publish(desk, number, graph)
    return made[0]


def publish(desk: Desk, number: str, graph: object) -> None:
    header = {"Authorization": f"Token {desk.token}"}
    api = f"{desk.segue.base_url}/api/flows/{number}/"
    draft = httpx.get(f"{api}draft/", headers=header).json()
    saved = httpx.put(
        f"{api}draft/", headers=header, json={"revision": draft["revision"], "graph": graph}
    ).json()
    answer = httpx.post(
        f"{api}publish/", headers=header, json={"revision": saved["revision"], "note": ""}
    )
    assert answer.is_success, answer.text


@pytest.fixture(scope="module", params=["de", "en"])
def language(request: pytest.FixtureRequest, desk: Desk, flow: str) -> str:
    """German in light and English in dark, chosen where a person chooses: in the canvas's menu."""
    page = desk.context.new_page()
    page.goto(flow)
    german = request.param == "de"
    choose(page, "Language" if german else "Sprache", "Deutsch" if german else "English")
    expect(page.get_by_test_id("publish")).to_have_text("Veröffentlichen" if german else "Publish")
    assert page.locator("html").get_attribute("lang") == request.param
    page.close()
    return str(request.param)


@pytest.fixture
def screen(page: Page, language: str) -> Page:
    """A page in the language's colours."""
    colors: Literal["light", "dark"] = "light" if language == "de" else "dark"
    page.emulate_media(color_scheme=colors, reduced_motion="reduce")
    return page


def choose(page: Page, button: str, language: str) -> None:
    page.get_by_role("button", name=button).click()
    page.get_by_role("menuitem", name=language).click()


def faults(page: Page, where: str) -> list[str]:
    page.wait_for_timeout(150)  # half-faded text has no contrast
    found: list[str] = []
    if page.locator("html").get_attribute("lang") == "de":
        texts = set(page.evaluate(TEXTS)) - OWN - names_of_examples()
        found = [f"{where}: {text}" for text in english_in(texts)]
    found += [f"{where}: {barrier}" for barrier in barriers(page)]
    return found


@lru_cache(maxsize=1)
def names_of_examples() -> frozenset[str]:
    """Return what the flows of the first start are called: they were made before anybody came."""
    return frozenset(json.loads(path.read_text())["name"] for path in EXAMPLES.glob("*.json"))


def test_the_admin(desk: Desk, screen: Page) -> None:
    page = screen
    found = []
    for path in PAGES:
        answer = page.goto(f"{desk.segue.base_url}/admin/{path}")
        assert answer is not None
        assert answer.ok, path
        found += faults(page, path or "home")
    assert "\n".join(found) == ""


def test_the_canvas(desk: Desk, screen: Page, flow: str) -> None:
    page = screen
    page.goto(new_flow(desk.segue, "Neu", desk.token))
    expect(page.get_by_test_id("canvas")).to_be_visible()
    found = faults(page, "empty canvas")
    page.goto(flow)
    expect(page.get_by_test_id("canvas")).to_be_visible()
    for side in ("runs", "problems", "versions", "outline", "settings"):
        page.get_by_test_id(f"rail-{side}").click()
        found += faults(page, side)
    for dialog in ("test", "publish"):
        page.get_by_test_id(dialog).click()
        found += faults(page, dialog)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    assert "\n".join(found) == ""


def test_the_public_pages(desk: Desk, screen: Page) -> None:
    page = screen
    found = []
    for path in ("forms/order/", "chats/ask/", "sign-in/no-such-link/", "join/no-such/"):
        page.goto(f"{desk.segue.base_url}/{path}")
        found += faults(page, path)
    assert "\n".join(found) == ""
