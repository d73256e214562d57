"""A person lets a flow start by the clock, and sees what it waits for and how to answer."""

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import new_flow, open_canvas


def test_a_flow_is_made_to_start_every_monday(desk: Desk, page: Page) -> None:
    flow = new_flow(desk.segue, "Weekly report", desk.token)
    hand = open_canvas(page, flow)
    hand.click(page.get_by_role("button", name="Schedule"))
    times = page.get_by_test_id("next-times")
    expect(times).to_contain_text("Every day at 09:00 (UTC)")
    expect(times.get_by_role("listitem")).to_have_count(5)

    hand.choose(page.get_by_role("combobox", name="Start"), "On chosen days of the week")
    zone = page.get_by_role("combobox", name="Time zone")
    zone.fill("Berlin")
    hand.click(page.get_by_role("option", name="Europe/Berlin"))
    expect(times).to_contain_text("Every Monday at 09:00 (Europe/Berlin)")
    expect(times.get_by_role("listitem").first).to_contain_text("Mon")
    page.get_by_role("checkbox", name="Monday").click()
    expect(times).to_contain_text("No day of the week is chosen.")
    page.get_by_role("checkbox", name="Thursday").click()
    expect(times).to_contain_text("Every Thursday at 09:00")
    hand.close_step()
    expect(hand.card("Schedule")).to_contain_text("Every Thursday at 09:00 (Europe/Berlin)")

    hand.saved()
    hand.click(page.get_by_test_id("publish"))
    expect(page.get_by_test_id("publish-next")).to_contain_text("It will run next on Thu")
    hand.click(page.get_by_test_id("publish-now"))
    expect(page.get_by_text("next run Thu")).to_be_visible()

    hand.click(page.get_by_test_id("test"))
    hand.click(page.get_by_test_id("run-now"))
    bar = page.get_by_test_id("run-bar")
    expect(bar).to_have_attribute("data-status", "succeeded", timeout=30_000)


def test_a_run_that_waits_shows_the_address_to_call(desk: Desk, page: Page) -> None:
    flow = new_flow(desk.segue, "Ask outside", desk.token)
    hand = open_canvas(page, flow)
    hand.click(page.get_by_role("button", name="Start by hand"))
    hand.add_after("Start by hand", "flow.wait")
    hand.card("Wait").dblclick()
    hand.choose(page.get_by_role("combobox", name="Wait"), "Until another system calls")
    hand.close_step()
    hand.saved()
    hand.click(page.get_by_test_id("test"))
    hand.click(page.get_by_test_id("run-now"))
    waits = page.get_by_test_id("run-bar").get_by_test_id("waits")
    expect(waits).to_contain_text("Wait: waits for a call from outside until", timeout=30_000)
    address = waits.get_by_role("code").inner_text()
    assert httpx.post(address, json={"paid": True}).status_code == 200
    bar = page.get_by_test_id("run-bar")
    expect(bar).to_have_attribute("data-status", "succeeded", timeout=30_000)
    assert httpx.post(address, json={"paid": False}).status_code == 409
