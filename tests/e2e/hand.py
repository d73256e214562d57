"""A person's hand on the canvas: every click, drag and filled field is counted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.support.live import LiveSegue

ARGUMENTS = ["--no-sandbox", "--disable-gpu"]


@contextmanager
def browser(chromium: str) -> Iterator[Browser]:
    """A browser that is closed at the end."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            yield opened
        finally:
            opened.close()


class Hand:
    """What a person does, and how often."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.counted: list[str] = []

    def click(self, place: Locator) -> None:
        self.counted.append(f"click {place}")
        place.click()

    def drag(self, thing: Locator, to: Locator, *, x: float, y: float) -> None:
        self.counted.append(f"drag {thing}")
        thing.drag_to(to, target_position={"x": x, "y": y})

    def fill(self, field: Locator, text: str) -> None:
        """Go into a field and type: one filled field."""
        self.counted.append(f"fill {field}")
        field.click()
        field.press("End")
        self.page.keyboard.type(text)

    def fill_number(self, field: Locator, text: str) -> None:
        self.counted.append(f"fill {field}")
        field.fill(text)

    def choose(self, field: Locator, option: str) -> None:
        """A list and one of its entries: two clicks."""
        self.click(field)
        self.click(self.page.get_by_role("option", name=option, exact=True))

    # ---- the canvas in a person's words

    def card(self, name: str) -> Locator:
        label = re.compile(rf"^{re.escape(name)}(,|$)")
        return self.page.locator(".react-flow__node-step").and_(self.page.get_by_label(label))

    def wires(self) -> Locator:
        return self.page.locator(".react-flow__edge")

    def add_after(self, name: str, kind: str, *, exit: str = "out") -> None:
        """The plus at a step's exit, then the kind of step from the menu: two clicks."""
        self.click(self.card(name).get_by_test_id(f"add-{exit}"))
        option = self.page.get_by_test_id("step-menu").locator(f"[data-type='{kind}']")
        self.click(option)

    def field(self, name: str) -> Locator:
        """Where one types in a field of the open step."""
        frame = self.page.locator(f"[data-field='{name}']")
        return frame.locator(".cm-content, input, textarea").first

    def data(self, path: str) -> Locator:
        """A field of an earlier step in the Input column; unfolded as far as it was."""
        keys = path.split(".")
        return (
            self.page.get_by_label("Input", exact=True)
            .locator("[draggable=true]")
            .filter(has=self.page.get_by_text(keys[-1], exact=True))
            .first
        )

    def close_step(self) -> None:
        """Escape costs no click."""
        self.page.keyboard.press("Escape")
        expect(self.page.get_by_test_id("step-panel")).to_have_count(0)

    def saved(self) -> None:
        expect(self.page.get_by_test_id("save-state")).to_have_attribute("data-state", "saved")


def sign_in(page: Page, segue: LiveSegue, *, colors: str = "light") -> None:
    """Use the one-time link, as printed at the start; later calls set the cookie of the first."""
    page.emulate_media(color_scheme="dark" if colors == "dark" else "light")
    page.goto(segue.login_link)
    button = page.get_by_role("button", name="Sign in")
    if button.count() > 0:
        button.click()
    page.wait_for_url("**/admin/**")


def new_flow(segue: LiveSegue, name: str, token: str) -> str:
    """Make an empty flow by the API; returns the address of its canvas."""
    answer = httpx.post(
        f"{segue.base_url}/api/flows/",
        json={"name": name},
        headers={"Authorization": f"Token {token}"},
    )
    assert answer.status_code == 201, answer.text
    return f"{segue.base_url}/flows/{answer.json()['id']}/"


def open_canvas(page: Page, address: str) -> Hand:
    """Open a flow and wait until it can be drawn on."""
    page.goto(address)
    expect(page.get_by_test_id("canvas")).to_be_visible()
    return Hand(page)
