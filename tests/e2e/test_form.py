"""A stranger fills in a form, with a file, or chats; the canvas shows what came."""

from collections.abc import Mapping
from typing import Any

import httpx
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import Hand, new_flow, open_canvas

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
        {"label": "Your list", "kind": "file", "types": ["csv"], "most_mb": 1},
    ],
}
GRAPH = {
    "format": "segue.flow/1",
    "nodes": [
        {"id": "a", "key": "form", "name": "Form", "type": "trigger.form", "params": FORM},
        {
            "id": "b",
            "key": "answer",
            "type": "flow.respond",
            "position": {"x": 400, "y": 0},
            "params": {"body": "Thank you, {{ form.your_name }}."},
        },
    ],
    "edges": [{"source": "a", "target": "b"}],
}


CHAT = {
    "format": "segue.flow/1",
    "nodes": [
        {
            "id": "a",
            "key": "chat",
            "type": "trigger.chat",
            "params": {"path": "ask", "title": "Ask the shop", "files": True},
        },
        {"id": "w", "key": "wait", "type": "flow.wait", "params": {"seconds": 1}},
        {
            "id": "b",
            "key": "answer",
            "type": "flow.respond",
            "params": {"body": "You said **{{ chat.text }}**\n\n<b>raw</b>"},
        },
    ],
    "edges": [{"source": "a", "target": "w"}, {"source": "w", "target": "b"}],
}


def bring_in(desk: Desk, name: str, graph: Mapping[str, Any]) -> str:
    """A flow with a draft; its id."""
    answer = httpx.post(
        f"{desk.segue.base_url}/api/flows/import/",
        json={"name": name, "graph": graph},
        headers={"Authorization": f"Token {desk.token}"},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_stranger_fills_in_a_form_and_sees_the_answer(desk: Desk, page: Page) -> None:
    flow = bring_in(desk, "Orders", GRAPH)
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
    listed: FilePayload = {"name": "list.csv", "mimeType": "text/csv", "buffer": b"n,v\n1,2\n"}
    page.get_by_label("Your list").set_input_files([listed])
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you, Ada.", timeout=30_000)
    # On the canvas the file hangs at the item, and is fetched from there.
    runs = httpx.get(
        f"{desk.segue.base_url}/api/runs/",
        params={"flow": flow},
        headers={"Authorization": f"Token {desk.token}"},
    ).json()["results"]
    page.goto(f"{desk.segue.base_url}/flows/{flow}/runs/{runs[0]['id']}/")
    Hand(page).card("Form").dblclick()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="list.csv").first.click()
    assert fetched.value.suggested_filename == "list.csv"
    assert fetched.value.path().read_bytes() == b"n,v\n1,2\n"


def test_a_stranger_chats_and_finds_it_again(desk: Desk, page: Page) -> None:
    bring_in(desk, "Chat", CHAT)
    page.goto(f"{desk.segue.base_url}/chats/test/ask/")
    talk = page.get_by_role("log")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type("Where is it?")
    page.keyboard.press("Enter")
    expect(talk).to_contain_text("Working on an answer")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(talk.locator("strong")).to_have_text("Where is it?", timeout=30_000)
    expect(talk).to_contain_text("<b>raw</b>")
    page.reload()
    expect(talk.locator("strong")).to_have_text("Where is it?", timeout=30_000)
    attached: FilePayload = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"alpha"}
    page.get_by_label("Add files").set_input_files([attached])
    page.get_by_label("Your message").fill("Stop this")
    page.keyboard.press("Enter")
    expect(talk).to_contain_text("a.txt")
    page.get_by_role("button", name="Stop").click()
    expect(talk).to_contain_text("Stopped.", timeout=30_000)
    page.get_by_role("button", name="New chat").click()
    expect(talk).not_to_contain_text("Where is it?")


def test_the_canvas_shows_where_the_form_lies(desk: Desk, page: Page) -> None:
    hand = open_canvas(page, new_flow(desk.segue, "Contact", desk.token))
    hand.click(page.get_by_role("button", name="Form"))
    hand.field("path").fill("contact")
    expect(page.get_by_text(f"{desk.segue.base_url}/forms/test/contact/")).to_be_visible()
