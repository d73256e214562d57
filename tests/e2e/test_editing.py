"""Drawing by mouse and keyboard: nothing that was done is ever lost."""

import json

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import Hand, new_flow, open_canvas


def drawn(desk: Desk, page: Page, name: str) -> Hand:
    """By hand → Set fields, wired and saved."""
    hand = open_canvas(page, new_flow(desk.segue, name, desk.token))
    hand.click(page.get_by_role("button", name="Start by hand"))
    hand.add_after("Start by hand", "data.set")
    expect(page.get_by_test_id("step-panel")).to_be_visible()
    hand.close_step()
    hand.saved()
    return hand


def test_a_step_from_the_palette_is_wired_by_dragging(desk: Desk, page: Page) -> None:
    hand = drawn(desk, page, "Wires")
    page.get_by_role("button", name="Add a step").click()
    canvas = page.get_by_test_id("canvas").locator(".react-flow__pane")
    page.locator("[data-type='flow.merge']").drag_to(canvas, target_position={"x": 1000, "y": 200})
    page.keyboard.press("Escape")
    drag_wire(hand, "Set fields", "Merge")
    expect(hand.wires()).to_have_count(2)


def test_a_wire_that_would_go_round_is_refused_with_a_reason(desk: Desk, page: Page) -> None:
    hand = drawn(desk, page, "Circle")
    hand.add_after("Set fields", "data.split_out")
    if page.get_by_test_id("step-panel").count() > 0:
        hand.close_step()
    drag_wire(hand, "Split out", "Set fields")
    expect(page.get_by_text("Use a Repeat step")).to_be_visible()
    expect(hand.wires()).to_have_count(2)


def test_everything_is_undone_and_redone(desk: Desk, page: Page) -> None:
    hand = drawn(desk, page, "Undo")
    hand.card("Set fields").click()
    page.keyboard.press("Delete")
    expect(hand.card("Set fields")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(hand.card("Set fields")).to_be_visible()
    expect(hand.wires()).to_have_count(1)
    page.keyboard.press("Control+Shift+z")
    expect(hand.card("Set fields")).to_have_count(0)


def test_steps_are_copied_as_text_with_their_wires(desk: Desk, page: Page) -> None:
    hand = drawn(desk, page, "Copies")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert '"segue.clip/1"' in copied
    page.keyboard.press("Control+v")
    expect(hand.card("Set fields 2")).to_be_visible()
    expect(hand.wires()).to_have_count(2)
    page.evaluate("text => navigator.clipboard.writeText(text)", with_strangers(copied))
    page.keyboard.press("Control+v")
    message = page.get_by_text("Not everything it uses is here")
    expect(message).to_contain_text("the kind of step “gone.step”")
    expect(message).to_contain_text("the connection “Shop of another place”")
    page.evaluate("() => navigator.clipboard.writeText('Dear all, see below.')")
    page.keyboard.press("Control+v")
    expect(page.get_by_text("There are no steps in what you copied")).to_be_visible()
    hand.saved()


def with_strangers(copied: str) -> str:
    """The same copy from a place with other connections and other kinds of steps."""
    clip = json.loads(copied)
    call = {**clip["nodes"][1], "type": "http.request", "params": {"credential": "c-1"}}
    gone = {**clip["nodes"][1], "id": "n_gone", "type": "gone.step", "params": {}}
    names = {"connection": {"c-1": "Shop of another place"}}
    return json.dumps({**clip, "nodes": [call, gone], "edges": [], "names": names})


def test_selected_steps_are_lined_up_by_a_button_or_a_key(desk: Desk, page: Page) -> None:
    hand = drawn(desk, page, "In line")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Line up the left edges").click()

    def lefts() -> set[int]:
        boxes = [hand.card(name).bounding_box() for name in ("Start by hand", "Set fields")]
        return {round(box["x"]) for box in boxes if box}

    expect(page.get_by_test_id("save-state")).to_have_attribute("data-state", "saved")
    assert len(lefts()) == 1
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("selection-toolbar")).to_be_visible()
    assert len(lefts()) == 2
    page.keyboard.press("Alt+a")
    hand.saved()
    assert len(lefts()) == 1


def test_the_keyboard_walks_from_step_to_step_and_opens_one(desk: Desk, page: Page) -> None:
    hand = drawn(desk, page, "Keys")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    expect(hand.card("Start by hand")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(hand.card("Set fields")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("step-panel")).to_be_visible()


def test_a_test_run_lights_up_the_steps(desk: Desk, page: Page) -> None:
    drawn(desk, page, "Light")
    page.get_by_test_id("test").click()
    page.get_by_test_id("run-now").click()
    bar = page.get_by_test_id("run-bar")
    expect(bar).to_have_attribute("data-status", "succeeded", timeout=30_000)
    expect(page.get_by_label("Set fields, Done")).to_be_visible()


def test_two_people_in_one_flow_lose_nothing(desk: Desk, page: Page) -> None:
    hand = drawn(desk, page, "Two")
    change_elsewhere(desk, page.url)
    hand.card("Set fields").click()
    page.keyboard.press("d")
    expect(page.get_by_text("Two people changed this flow")).to_be_visible()
    page.get_by_role("button", name="See both").click()
    both = page.get_by_test_id("changes")
    expect(both).to_contain_text("name Changed elsewhere → Start by hand")
    expect(both).to_contain_text("Set fieldsswitched off")
    page.get_by_role("button", name="Take theirs").click()
    expect(hand.card("Changed elsewhere")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(hand.card("Start by hand")).to_be_visible()
    hand.saved()


def test_versions_are_compared_on_the_canvas_and_brought_back(desk: Desk, page: Page) -> None:
    hand = drawn(desk, page, "Versions")
    publish(page, "The first one")
    hand.card("Set fields").click()
    page.keyboard.press("Delete")
    page.keyboard.press("n")
    page.locator("[data-type='data.limit']").click()
    expect(page.get_by_test_id("step-panel").or_(hand.card("Limit")).first).to_be_visible()
    page.keyboard.press("Escape")
    hand.saved()
    page.get_by_test_id("rail-versions").click()
    page.get_by_role("button", name="What changed").click()
    expect(page.get_by_label("Set fields, Removed")).to_contain_text("Removed")
    expect(page.get_by_label("Limit, Added")).to_contain_text("New")
    expect(page.get_by_test_id("compare-bar")).to_contain_text("1 added1 removed")
    expect(page.get_by_test_id("changes")).to_contain_text("Limit")
    page.get_by_role("button", name="Back to the draft").click()
    expect(hand.card("Set fields")).to_have_count(0)
    page.get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("changes that were never published")).to_be_visible()
    page.get_by_test_id("restore-agree").click()
    expect(hand.card("Set fields")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(hand.card("Limit")).to_be_visible()
    hand.saved()


def test_the_bar_leads_to_runs_that_are_still_on_an_older_version(desk: Desk, page: Page) -> None:
    canvas = new_flow(desk.segue, "Older", desk.token)
    start = {"id": "n_s", "key": "start", "name": "Start", "type": "trigger.manual"}
    wait = {"id": "n_w", "key": "wait", "type": "flow.wait", "params": {"seconds": 500}}
    wire = {"source": "n_s", "target": "n_w"}
    graph = {"format": "segue.flow/1", "nodes": [start, wait], "edges": [wire]}
    with httpx.Client(
        base_url=canvas.replace("/flows/", "/api/flows/"),
        headers={"Authorization": f"Token {desk.token}"},
    ) as client:
        revision = client.get("draft/").json()["revision"]
        saved = client.put("draft/", json={"revision": revision, "graph": graph}).json()
        client.post("publish/", json={"revision": saved["revision"]}).raise_for_status()
        client.post("run/", json={"draft": False}).raise_for_status()
        client.post("publish/", json={"revision": saved["revision"]}).raise_for_status()
    open_canvas(page, canvas)
    page.get_by_test_id("older-runs").click()
    expect(page.get_by_text("Under way on version 1")).to_be_visible()
    expect(page.get_by_label("Runs", exact=True).get_by_text("Live v1")).to_have_count(1)


def publish(page: Page, note: str) -> None:
    """Publish the draft as it stands."""
    page.get_by_test_id("publish").click()
    page.get_by_label("What is new?").fill(note)
    page.get_by_test_id("publish-now").click()
    expect(page.get_by_test_id("publish-now")).to_have_count(0)


def change_elsewhere(desk: Desk, canvas: str) -> None:
    """Another person renames the first step."""
    draft = f"{canvas.replace('/flows/', '/api/flows/')}draft/"
    with httpx.Client(headers={"Authorization": f"Token {desk.token}"}) as client:
        given = client.get(draft).json()
        given["graph"]["nodes"][0]["name"] = "Changed elsewhere"
        body = {"revision": given["revision"], "graph": given["graph"]}
        assert client.put(draft, json=body).status_code == 200


def drag_wire(hand: Hand, source: str, target: str) -> None:
    """Draw a wire from the exit of one card to the first entrance of another."""
    hand.page.wait_for_timeout(500)  # a new card may still be gliding into view
    mouse = hand.page.mouse
    start = hand.card(source).locator(".react-flow__handle.source").first.bounding_box()
    end = hand.card(target).locator(".react-flow__handle.target").first.bounding_box()
    assert start is not None
    assert end is not None
    mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    mouse.down()
    mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=12)
    mouse.up()
