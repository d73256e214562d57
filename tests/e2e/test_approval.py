"""A person lets a flow ask, finds the question, decides it, and sees the flow go on."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import new_flow, open_canvas


def test_a_flow_asks_and_a_person_decides(desk: Desk, page: Page) -> None:
    flow = new_flow(desk.segue, "Refunds", desk.token)
    hand = open_canvas(page, flow)
    hand.click(page.get_by_role("button", name="Start by hand"))
    hand.add_after("Start by hand", "flow.approval")
    hand.card("Approval").dblclick()
    hand.fill(hand.field("question"), "Refund this order?")
    hand.close_step()
    hand.saved()
    hand.click(page.get_by_test_id("test"))
    hand.click(page.get_by_test_id("run-now"))
    bar = page.get_by_test_id("run-bar")
    waits = bar.get_by_test_id("waits")
    expect(waits).to_contain_text("Approval: waits for a person until", timeout=30_000)

    address = waits.get_by_role("link", name="Decide").get_attribute("href")
    assert address is not None
    admin = page.context.new_page()
    admin.goto(f"{desk.segue.base_url}/admin/")
    expect(admin.get_by_role("link", name=re.compile("Waiting for me"))).to_contain_text("1")
    admin.goto(address)
    expect(admin.get_by_role("heading", name="Refund this order?")).to_be_visible()
    admin.get_by_label("Note").fill("They are right.")
    admin.get_by_role("button", name="Approve").click()
    expect(admin.get_by_text("Approved: Refund this order?")).to_be_visible()
    expect(admin.get_by_text("Nothing waits for you")).to_be_visible()
    admin.close()

    expect(bar).to_have_attribute("data-status", "succeeded", timeout=30_000)
    hand.card("Approval").dblclick()
    expect(page.get_by_text("They are right.").first).to_be_visible()
