"""The main job without a mouse: draw, wire, fill in, test, publish."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import Hand, new_flow, open_canvas


def test_a_flow_is_drawn_wired_tested_and_published_by_keys(desk: Desk, page: Page) -> None:
    hand = open_canvas(page, new_flow(desk.segue, "By keys", desk.token))
    press = page.keyboard.press
    add(hand, "hand", "Start by hand")
    add(hand, "set", "Set fields")
    press("Escape")
    expect(hand.card("Set fields")).to_be_focused()
    press("Escape")
    add(hand, "merge", "Merge")
    expect(hand.wires()).to_have_count(1)

    press("Escape")
    walk_to(hand, "Set fields")
    press("w")
    expect(page.get_by_role("button", name="Merge (A)")).to_be_focused()
    press("Enter")
    expect(hand.wires()).to_have_count(2)
    expect(hand.card("Set fields")).to_be_focused()

    press("w")
    remove = page.get_by_role("button", name="Remove this wire")
    remove.focus()
    press("Enter")
    expect(hand.wires()).to_have_count(1)
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press("Control+z")
    expect(hand.wires()).to_have_count(2)
    hand.saved()

    press("Control+Enter")
    expect(page.get_by_test_id("run-now")).to_be_focused()
    press("Enter")
    bar = page.get_by_test_id("run-bar")
    expect(bar).to_have_attribute("data-status", "succeeded", timeout=30_000)
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_test_id("publish").focus()
    press("Enter")
    expect(page.get_by_test_id("publish-now")).to_be_focused()
    press("Enter")
    expect(page.get_by_text("Live: v1")).to_be_visible()


def test_a_step_that_tab_came_to_is_opened_by_enter(desk: Desk, page: Page) -> None:
    flow = new_flow(desk.segue, "Come to by Tab", desk.token)
    hand = open_canvas(page, flow)
    add(hand, "hand", "Start by hand")
    hand.saved()
    hand = open_canvas(page, flow)
    hand.card("Start by hand").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("step-panel")).to_be_visible()


def test_focus_goes_back_to_what_opened_a_dialog_or_a_panel(desk: Desk, page: Page) -> None:
    hand = open_canvas(page, new_flow(desk.segue, "There and back", desk.token))
    add(hand, "hand", "Start by hand")
    page.keyboard.press("Escape")
    for opener in ("test", "publish", "rail-settings"):
        button = page.get_by_test_id(opener)
        button.focus()
        page.keyboard.press("Enter")
        close = page.get_by_role("button", name="Close")
        expect(close).to_have_count(1)
        close.focus()
        page.keyboard.press("Enter")
        expect(button).to_be_focused()
    page.get_by_test_id("test").click()
    page.get_by_test_id("run-now").click()
    bar = page.get_by_test_id("run-bar")
    expect(bar).to_have_attribute("data-status", "succeeded", timeout=30_000)
    page.get_by_test_id("again-menu").click()
    page.get_by_role("menuitem", name="From the start").click()
    expect(page.get_by_test_id("again-now")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("again-menu")).to_be_focused()


def test_the_bar_counts_what_the_draft_changed_after_each_save(desk: Desk, page: Page) -> None:
    hand = open_canvas(page, new_flow(desk.segue, "Counted", desk.token))
    add(hand, "hand", "Start by hand")
    hand.saved()
    page.get_by_test_id("publish").click()
    page.get_by_test_id("publish-now").click()
    expect(page.get_by_text("Live: v1", exact=True)).to_be_visible()
    walk_to(hand, "Start by hand")
    page.keyboard.press("d")
    expect(page.get_by_text("draft has 1 change")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Live: v1", exact=True)).to_be_visible()


def add(hand: Hand, words: str, name: str) -> None:
    """N, a few letters, Enter."""
    hand.page.keyboard.press("n")
    expect(hand.page.get_by_role("combobox", name="Search steps")).to_be_focused()
    hand.page.keyboard.type(words)
    hand.page.keyboard.press("Enter")
    expect(hand.card(name)).to_be_visible()
    panel = hand.page.get_by_test_id("step-panel")
    # A step that needs filling in opens by itself, after it was drawn; another has the focus.
    expect(panel.or_(hand.card(name).and_(hand.page.locator(":focus"))).first).to_be_visible()
    if panel.count() > 0:
        hand.close_step()
    expect(hand.card(name)).to_be_focused()


def walk_to(hand: Hand, name: str) -> None:
    """Arrow keys until the step has the focus."""
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowUp"):
        if hand.card(name).evaluate("card => card === document.activeElement"):
            return
        hand.page.keyboard.press(key)
        hand.page.wait_for_timeout(150)
    expect(hand.card(name)).to_be_focused()


def test_a_flow_is_built_and_run_through_the_outline_alone(desk: Desk, page: Page) -> None:
    hand = open_canvas(page, new_flow(desk.segue, "By outline", desk.token))
    page.get_by_role("button", name="Outline", exact=True).click()
    outline = page.get_by_role("complementary", name="Outline")
    outline.get_by_role("button", name="Add a step").click()
    page.get_by_role("option", name="Start by hand").first.click()

    def menu(step: str, entry: str) -> None:
        outline.get_by_role("button", name=f"What to do with {step}").click()
        page.get_by_role("menuitem", name=entry, exact=True).click()

    def after(step: str, kind: str) -> None:
        menu(step, "Add the next step")
        page.get_by_test_id("step-menu").locator(f"[data-type='{kind}']").click()
        if page.get_by_test_id("step-panel").is_visible():
            page.get_by_test_id("close-step").click()

    after("Start by hand", "data.limit")
    after("Limit", "data.calculate")
    menu("Calculate", "Open")
    field = page.locator("[data-field='calculation'] .cm-content")
    field.click()
    page.keyboard.type("6 * 7")
    page.get_by_test_id("close-step").click()
    menu("Limit", "Delete")
    expect(outline.get_by_role("listitem")).to_have_count(2)
    expect(hand.wires()).to_have_count(1)
    hand.saved()
    page.get_by_test_id("test").click()
    page.get_by_test_id("run-now").click()
    bar = page.get_by_test_id("run-bar")
    expect(bar).to_have_attribute("data-status", "succeeded", timeout=30_000)
    expect(outline.get_by_role("listitem").nth(1).get_by_role("img", name="Done")).to_be_visible()
