"""The canvas as a person meets it: what is seen first, and what a wire or a step offers."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import Hand, new_flow, open_canvas


def step(key: str, kind: str, x: int, y: int = 0, **params: Any) -> dict[str, Any]:
    """One step of a document."""
    name = key.replace("_", " ").capitalize()
    place = {"x": x, "y": y}
    return {"id": key, "key": key, "name": name, "type": kind, "params": params, "position": place}


def opened(
    desk: Desk,
    page: Page,
    name: str,
    steps: Sequence[dict[str, Any]],
    loose: Sequence[dict[str, Any]] = (),
) -> Hand:
    """A flow of these steps, each wired to the next but for the loose ones, on the screen."""
    address = new_flow(desk.segue, name, desk.token)
    wires = [
        {"source": a["key"], "source_port": "out", "target": b["key"], "target_port": "in"}
        for a, b in pairwise(steps)
    ]
    graph = {"format": "segue.flow/1", "nodes": [*steps, *loose], "edges": wires}
    answer = httpx.put(
        f"{address.replace('/flows/', '/api/flows/')}draft/",
        json={"revision": 1, "graph": graph},
        headers={"Authorization": f"Token {desk.token}"},
    )
    assert answer.status_code == 200, answer.text
    hand = open_canvas(page, address)
    expect(hand.card(str(steps[-1]["name"]))).to_be_in_viewport()
    return hand


def box(place: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom on the screen."""
    found = place.bounding_box()
    assert found is not None
    return (
        found["x"],
        found["y"],
        found["x"] + found["width"],
        found["y"] + found["height"],
    )


def test_a_flow_is_seen_whole_and_in_the_middle_when_it_is_opened(desk: Desk, page: Page) -> None:
    hand = opened(
        desk,
        page,
        "Seen whole",
        [
            step("start", "trigger.manual", 0),
            step("fields", "data.set", 620),
            step("last", "data.set", 1240),
        ],
    )
    left, top, right, bottom = box(page.get_by_test_id("canvas"))
    first, last = box(hand.card("Start")), box(hand.card("Last"))
    assert first[0] > left + 20
    assert last[2] < right - 20
    assert abs((first[0] - left) - (right - last[2])) < 40
    assert abs((first[1] + first[3]) / 2 - (top + bottom) / 2) < 80
    assert first[1] > box(page.get_by_role("button", name="Add a step"))[3]


def test_a_panel_that_opens_leaves_the_flow_in_view(desk: Desk, page: Page) -> None:
    steps = [step("start", "trigger.manual", 0), step("last", "data.set", 1000)]
    hand = opened(desk, page, "Beside a panel", steps)
    hand.card("Last").click()
    page.get_by_test_id("rail-runs").click()
    expect(page.get_by_role("complementary")).to_be_visible()
    expect(hand.card("Last")).to_be_in_viewport(ratio=0.99)
    page.wait_for_timeout(500)
    assert box(hand.card("Last"))[2] <= box(page.get_by_test_id("canvas"))[2]


def test_the_palette_begins_with_what_starts_a_flow_and_cuts_nothing_off(
    desk: Desk, page: Page
) -> None:
    opened(desk, page, "Palette", [step("start", "trigger.manual", 0)])
    page.get_by_role("button", name="Add a step").click()
    groups = page.get_by_role("listbox").get_by_role("group")
    titles = [group.get_attribute("aria-label") for group in groups.all()]
    assert titles == ["What starts it", "Flow", "Data", "AI", "Network", "Code"]
    edge = box(page.get_by_role("region", name="Add a step"))[2]
    options = page.get_by_role("listbox").get_by_role("option")
    assert all(box(option)[2] <= edge - 10 for option in options.all())
    page.get_by_role("combobox", name="Search steps").fill("loop")
    expect(options.first).to_contain_text("Repeat")


def test_a_wire_dropped_on_nothing_asks_for_the_step_that_goes_there(
    desk: Desk, page: Page
) -> None:
    hand = opened(desk, page, "Dropped wire", [step("start", "trigger.manual", 0)])
    exit = box(hand.card("Start").locator(".react-flow__handle.source"))
    page.mouse.move((exit[0] + exit[2]) / 2, (exit[1] + exit[3]) / 2)
    page.mouse.down()
    page.mouse.move(exit[2] + 180, exit[1] + 120, steps=8)
    page.mouse.up()
    menu = page.get_by_test_id("step-menu")
    expect(menu.get_by_role("option").filter(has_text="Webhook")).to_have_count(0)
    page.keyboard.type("first items")
    expect(menu.get_by_role("option").first).to_contain_text("Limit")
    page.keyboard.press("Enter")
    expect(hand.card("Limit")).to_be_visible()
    expect(hand.wires()).to_have_count(1)


def test_a_step_is_replaced_and_keeps_its_wires(desk: Desk, page: Page) -> None:
    steps = [
        step("start", "trigger.manual", 0),
        step("middle", "data.set", 320),
        step("last", "data.set", 640),
    ]
    hand = opened(desk, page, "Replaced", steps)
    hand.card("Middle").click()
    page.get_by_role("button", name="Replace by another step").click()
    page.keyboard.type("sort")
    page.keyboard.press("Enter")
    if page.get_by_test_id("step-panel").count() > 0:
        hand.close_step()
    expect(hand.card("Middle")).to_contain_text("Sort")
    expect(hand.wires()).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(hand.card("Middle")).not_to_contain_text("Sort")


def test_selected_steps_are_framed_and_the_frame_is_named(desk: Desk, page: Page) -> None:
    steps = [step("start", "trigger.manual", 0), step("last", "data.set", 400)]
    hand = opened(desk, page, "Framed", steps)
    page.keyboard.press("Control+a")
    page.keyboard.press("g")
    title = page.get_by_label("Name of the group")
    title.fill("Get the order")
    title.press("Enter")
    hand.saved()
    page.reload()
    expect(page.get_by_role("region", name="Get the order")).to_be_visible()
    page.get_by_role("button", name="Take the frame away").click()
    expect(page.get_by_role("region", name="Get the order")).to_have_count(0)


def test_before_publishing_a_check_names_problems_and_mends_them(desk: Desk, page: Page) -> None:
    call = step("call", "http.request", 320, url="https://shop.example.com")
    steps = [
        step("hook", "trigger.webhook", 0, path="checked"),
        {**call, "policy": {"retry": {"attempts": 1}}},
        step("last", "data.set", 640),
    ]
    lost = step("lost", "data.set", 320, 300)
    opened(desk, page, "Checked", steps, loose=[lost])
    page.get_by_test_id("publish").click()
    check = page.get_by_test_id("publish-check")
    expect(check.locator("[data-code=open_door]")).to_contain_text("Anybody who knows")
    expect(check.locator("[data-code=not_connected]")).to_contain_text("Nothing leads to “Lost”")
    check.get_by_role("button", name="Try up to 3 times").click()
    expect(check.locator("[data-code=no_retry]")).to_have_count(0)
    check.get_by_role("button", name="Choose who may call").click()
    expect(page.get_by_test_id("step-panel")).to_be_visible()
    expect(page.locator("[data-field=connection]")).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    page.get_by_test_id("publish").click()
    expect(check.locator("[data-code=no_retry]")).to_be_visible()


def test_what_keeps_a_flow_from_being_published_is_mended_there(desk: Desk, page: Page) -> None:
    steps = [step("order", "trigger.manual", 0), step("call", "http.request", 320)]
    steps[1]["params"] = {"url": "{{ ordr.url }}"}
    opened(desk, page, "Mended", steps)
    page.get_by_test_id("publish").click()
    publish = page.get_by_test_id("publish-now")
    expect(publish).to_be_disabled()
    page.get_by_test_id("publish-check").get_by_role("button", name="Correct it").click()
    expect(publish).to_be_enabled()
    publish.click()
    expect(page.get_by_text("Live: v1")).to_be_visible()


def test_every_command_is_found_by_its_words(desk: Desk, page: Page) -> None:
    steps = [step("start", "trigger.manual", 0), step("last", "data.set", 320)]
    hand = opened(desk, page, "Commands", steps)
    commands = page.get_by_role("dialog", name="All commands")
    page.keyboard.press("Control+k")
    expect(commands.get_by_role("option").filter(has_text="Test the draft")).to_contain_text(
        "Enter"
    )
    page.keyboard.type("last")
    page.keyboard.press("Enter")
    expect(commands).to_have_count(0)
    expect(hand.card("Last")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(commands.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("merge")
    page.keyboard.press("Enter")
    expect(hand.card("Merge")).to_be_visible()
    expect(hand.wires()).to_have_count(2)
    page.keyboard.press("Control+k")
    expect(commands.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("flow sett")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Flow settings")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(commands.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(commands).to_have_count(0)


def test_words_are_found_wherever_they_stand_in_the_flow(desk: Desk, page: Page) -> None:
    steps = [
        step("start", "trigger.manual", 0),
        step("call", "http.request", 320, url="https://shop.example.com/{{ start.customer }}"),
        step("tell_customer", "data.set", 4000),
    ]
    hand = opened(desk, page, "Found", steps)
    page.keyboard.press("Control+f")
    page.keyboard.type("customer")
    bar = page.get_by_role("search", name="Find in this flow")
    expect(bar).to_contain_text("1 of 2")
    expect(page.get_by_test_id("find-hit")).to_contain_text("start.customer")
    page.keyboard.press("Enter")
    expect(bar).to_contain_text("2 of 2")
    expect(hand.card("Tell customer")).to_be_in_viewport(ratio=0.99)
    page.wait_for_function(
        "() =>"
        " document.querySelector('[data-id=tell_customer]').getBoundingClientRect().width > 120"
    )
    page.keyboard.press("Shift+Enter")
    bar.get_by_role("button", name="Open").click()
    expect(page.get_by_test_id("step-panel")).to_be_visible()
    expect(page.locator("[data-field=url]")).to_be_in_viewport()
