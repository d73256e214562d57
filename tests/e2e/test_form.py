"""A person draws a form, opens its page, fills it in by keyboard, and sees the answer."""

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import new_flow, open_canvas

FORM = {
    "path": "order",
    "title": "Order a book",
    "text": "We send it within three days.",
    "answer": "result",
    "fields": [
        {"label": "Your name", "required": True},
        {"label": "E-mail", "kind": "email", "required": True, "help": "Only for this order."},
        {"label": "Binding", "kind": "choice", "choices": ["Paper", "Cloth"]},
        {"label": "How many", "kind": "number"},
        {"label": "Needed by", "kind": "date"},
        {"label": "Wrap it as a present", "kind": "yes"},
        {"label": "Anything else", "kind": "long"},
    ],
}
GRAPH = {
    "format": "segue.flow/1",
    "nodes": [
        {"id": "a", "key": "form", "type": "trigger.form", "params": FORM},
        {
            "id": "b",
            "key": "answer",
            "type": "flow.respond",
            "params": {"body": "Thank you, {{ form.your_name }}."},
        },
    ],
    "edges": [{"source": "a", "target": "b"}],
}


def test_a_stranger_fills_in_a_form_and_sees_the_answer(desk: Desk, page: Page) -> None:
    answer = httpx.post(
        f"{desk.segue.base_url}/api/flows/import/",
        json={"name": "Orders", "graph": GRAPH},
        headers={"Authorization": f"Token {desk.token}"},
    )
    assert answer.status_code == 201, answer.text
    page.goto(f"{desk.segue.base_url}/forms/test/order/")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail").fill("ada")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Please look at the marked answers.")
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("Your name")).to_have_value("Ada")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Binding").select_option("Cloth")
    page.get_by_label("Wrap it as a present").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you, Ada.", timeout=30_000)


def test_the_canvas_shows_where_the_form_lies(desk: Desk, page: Page) -> None:
    hand = open_canvas(page, new_flow(desk.segue, "Contact", desk.token))
    hand.click(page.get_by_role("button", name="Form"))
    hand.field("path").fill("contact")
    expect(page.get_by_text(f"{desk.segue.base_url}/forms/test/contact/")).to_be_visible()
