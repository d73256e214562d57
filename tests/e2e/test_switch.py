"""A person gives a Switch its exits: wires keep to them through new names and places."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import new_flow, open_canvas


def test_exits_are_named_wired_renamed_moved_and_removed(desk: Desk, page: Page) -> None:
    flow = new_flow(desk.segue, "Orders by size", desk.token)
    hand = open_canvas(page, flow)
    hand.click(page.get_by_role("button", name="Start by hand"))
    hand.add_after("Start by hand", "flow.switch")
    exits = page.locator("[data-field='exits']")
    for place, name in enumerate(("Large", "Small")):
        hand.click(exits.get_by_role("button", name="Add", exact=True))
        hand.fill(hand.field(f"exits.{place}.name"), name)
        hand.fill(hand.field(f"exits.{place}.conditions"), "7")
    hand.close_step()
    card = hand.card("Switch")
    for name in ("Large", "Small", "Otherwise"):
        expect(card).to_contain_text(name)

    small = card.get_by_role("button", name="Small").first
    hand.click(small)
    hand.click(page.get_by_test_id("step-menu").locator("[data-type='data.limit']"))
    hand.close_step()
    expect(hand.wires()).to_have_count(2)

    card.dblclick()
    hand.click(page.get_by_role("button", name="Move entry 2 up"))
    hand.fill(hand.field("exits.0.name"), " ones")
    hand.close_step()
    expect(card).to_contain_text("Small ones")
    expect(hand.wires()).to_have_count(2)

    card.dblclick()
    # The first such button takes away the first exit's condition, the second one the exit.
    hand.click(exits.get_by_role("button", name="Remove row 1").nth(1))
    hand.close_step()
    expect(hand.wires()).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(hand.wires()).to_have_count(2)
