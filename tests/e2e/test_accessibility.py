"""No barrier on any view, in light and dark (axe-core)."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import Hand, new_flow, open_canvas

AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RUN = "() => axe.run(document, {resultTypes: ['violations']})"


def barriers(page: Page) -> list[str]:
    """What stands in somebody's way, each with the elements concerned."""
    # evaluate() is not bound by the page's content policy, a script tag would be.
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate(RUN)
    return [
        f"{finding['id']}: {[node['html'][:160] for node in finding['nodes']]}"
        for finding in found["violations"]
    ]


def still(page: Page) -> None:
    """Wait until nothing moves: half-faded text has no contrast."""
    page.wait_for_timeout(400)


def look(page: Page, view: str) -> list[str]:
    still(page)
    return [f"{view}: {barrier}" for barrier in barriers(page)]


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_every_view_is_free_of_barriers(desk: Desk, page: Page, colors: str) -> None:
    if colors == "dark":
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    else:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
    hand = open_canvas(page, new_flow(desk.segue, f"In {colors}", desk.token))
    found = look(page, "empty canvas")
    found += through_the_drawing(hand)
    for side in ("runs", "problems", "versions", "outline", "settings"):
        page.get_by_test_id(f"rail-{side}").click()
        found += look(page, side)
    for dialog in ("test", "publish"):
        page.get_by_test_id(dialog).click()
        found += look(page, dialog)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    assert found == []


def through_the_drawing(hand: Hand) -> list[str]:
    page = hand.page
    hand.click(page.get_by_role("button", name="Webhook"))
    found = look(page, "canvas")
    hand.card("Webhook").get_by_test_id("add-out").click()
    found += look(page, "menu")
    page.keyboard.type("if")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="What to look at")).to_be_visible()
    found += look(page, "step")
    page.get_by_role("tab", name="When it fails").click()
    found += look(page, "when it fails")
    hand.close_step()
    return found
