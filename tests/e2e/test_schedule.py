"""A person lets a flow start by the clock, and reads on the way when it will."""

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
