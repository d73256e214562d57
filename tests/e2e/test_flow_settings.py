"""What holds for the whole flow is set beside the canvas; most of it can be undone."""

import re

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import Hand, new_flow, open_canvas


def api(desk: Desk, canvas: str, what: str) -> httpx.Response:
    address = canvas.replace("/flows/", "/api/flows/") + what
    return httpx.get(address, headers={"Authorization": f"Token {desk.token}"})


def opened(desk: Desk, page: Page, name: str) -> tuple[Hand, str]:
    address = new_flow(desk.segue, name, desk.token)
    hand = open_canvas(page, address)
    hand.click(page.get_by_role("button", name="Start by hand"))
    page.keyboard.press("Escape")
    hand.click(page.get_by_test_id("rail-settings"))
    expect(page.get_by_test_id("flow-settings")).to_be_visible()
    return hand, address


def test_limits_are_set_and_undone(desk: Desk, page: Page) -> None:
    hand, address = opened(desk, page, "Limits")
    hand.fill_number(page.get_by_label("Runs at the same time, at most"), "2")
    hand.click(page.get_by_text("It is refused"))
    hand.fill_number(page.get_by_role("textbox", name="Time limit for a run"), "90")
    hand.choose(page.get_by_role("combobox", name="Unit of “Time limit for a run”"), "minutes")
    hand.fill(hand.field("at_once_by"), "{{ trigger.customer }}")
    hand.saved()
    settings = api(desk, address, "draft/").json()["graph"]["settings"]
    assert (settings["at_once"], settings["when_busy"]) == (2, "reject")
    assert settings["deadline_seconds"] == 90 * 60
    assert settings["at_once_by"] == "{{ trigger.customer }}"
    page.get_by_role("heading", name="Flow settings").click()
    for _ in range(6):
        page.keyboard.press("Control+z")
    expect(page.get_by_text("It is refused")).to_have_count(0)
    hand.saved()
    assert api(desk, address, "draft/").json()["graph"]["settings"]["at_once"] is None


def test_how_long_runs_are_kept_holds_at_once(desk: Desk, page: Page) -> None:
    hand, address = opened(desk, page, "Kept")
    kept = page.get_by_test_id("kept-runs")
    hand.choose(kept.get_by_role("combobox", name="Runs that failed"), "For ever")
    expect(page.get_by_text("for good")).to_have_count(0)
    hand.choose(
        kept.get_by_role("combobox", name=re.compile("^Runs that succeeded")), "A number of days"
    )
    hand.fill_number(kept.get_by_label(re.compile("^Days: Runs that succeeded")), "5")
    expect(page.get_by_text("for good")).to_be_visible()
    hand.click(page.get_by_test_id("keep-so"))
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_test_id("keep-so")).to_have_count(0)
    asked = api(desk, address, "retention/").json()["asked"]
    assert asked == {"finished_days": 5, "failed_days": 0, "test_days": None, "most_runs": None}
