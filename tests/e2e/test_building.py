"""A flow is built with data: a step at a time, with pinned results and a real call as sample."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import Hand, new_flow, open_canvas
from tests.e2e.test_lost import step, wire


@dataclass
class Shop:
    """Counts its calls, and answers with an order."""

    url: str = ""
    calls: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    made = Shop()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.calls[self.path] += 1
            body = json.dumps({"id": 7, "total": 120, "customer": {"name": "Ida"}}).encode()
            self.send_response(503 if self.path == "/down" else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield made
    server.shutdown()
    server.server_close()


def draw(desk: Desk, name: str, url: str, path: str) -> str:
    """A call comes in → Fetch order → Greet."""
    canvas = new_flow(desk.segue, name, desk.token)
    fields = [{"name": "text", "value": "Hello {{ step_1.body.customer.name }}"}]
    graph = {
        "format": "segue.flow/1",
        "nodes": [
            step(0, "trigger.webhook", "A call", params={"path": path}),
            step(1, "http.request", "Fetch order", params={"method": "GET", "url": url}),
            step(2, "data.set", "Greet", params={"fields": fields, "keep": "none"}),
        ],
        "edges": [wire(0, 1), wire(1, 2)],
    }
    address = f"{canvas.replace('/flows/', '/api/flows/')}draft/"
    headers = {"Authorization": f"Token {desk.token}"}
    answer = httpx.put(address, json={"revision": 1, "graph": graph}, headers=headers)
    found = [issue for issue in answer.json()["issues"] if issue["severity"] != "advice"]
    assert (answer.status_code, found) == (200, []), answer.text
    return canvas


def opened(hand: Hand, name: str) -> None:
    hand.card(name).dblclick()
    expect(hand.page.get_by_test_id("step-panel")).to_be_visible()


def test_a_step_runs_by_itself_and_asks_for_what_it_lacks(
    desk: Desk, page: Page, shop: Shop
) -> None:
    hand = open_canvas(page, draw(desk, "Step by step", f"{shop.url}/one", "step-by-step"))
    opened(hand, "Greet")
    output = page.get_by_role("region", name="Output")
    page.get_by_test_id("run-step").click()
    question = page.get_by_test_id("part-question")
    expect(question).to_contain_text("no data yet of “Fetch order”")
    expect(question).to_contain_text("reaches outside")
    assert shop.calls["/one"] == 0
    page.get_by_test_id("part-agree").click()
    expect(output).to_contain_text("Hello Ida", timeout=30_000)
    assert shop.calls["/one"] == 1
    page.get_by_test_id("run-step").click()
    expect(page.get_by_test_id("run-step")).to_be_enabled(timeout=30_000)
    expect(page.get_by_test_id("run-bar")).to_contain_text("Only “Greet”")
    assert shop.calls["/one"] == 1


def test_data_is_written_by_hand_pinned_and_used_instead_of_the_step(
    desk: Desk, page: Page, shop: Shop
) -> None:
    hand = open_canvas(page, draw(desk, "Pinned", f"{shop.url}/two", "pinned"))
    opened(hand, "Fetch order")
    page.get_by_test_id("pin-more").click()
    page.get_by_test_id("edit-data").click()
    editor = page.get_by_test_id("edit-data-dialog").locator(".cm-content")
    editor.fill('[{"body": {"customer": {"name": "Grace"}}}]')
    page.get_by_test_id("save-data").click()
    expect(page.get_by_test_id("pinned")).to_contain_text("written by hand")
    hand.close_step()
    expect(hand.card("Fetch order").get_by_label("Its data is pinned")).to_be_visible()
    page.get_by_test_id("test").click()
    expect(page.get_by_test_id("pins-in-use")).to_contain_text("“Fetch order” does not run")
    page.keyboard.press("Escape")
    opened(hand, "Greet")
    page.get_by_test_id("run-step").click()
    output = page.get_by_role("region", name="Output")
    expect(output).to_contain_text("Hello Grace", timeout=30_000)
    output.get_by_text("Schema", exact=True).click()
    expect(output).to_contain_text("texttextHello Grace")
    hand.close_step()
    opened(hand, "Fetch order")
    page.get_by_test_id("unpin").click()
    expect(page.get_by_test_id("pinned")).to_have_count(0)
    assert shop.calls["/two"] == 0


def test_a_click_on_data_puts_it_where_one_typed(desk: Desk, page: Page, shop: Shop) -> None:
    hand = open_canvas(page, draw(desk, "Click", f"{shop.url}/four", "click"))
    opened(hand, "Greet")
    field = page.locator("[data-field='fields'] .cm-content").last
    hand.fill(field, " and ")
    hand.data("status").get_by_text("status", exact=True).click()
    expect(field).to_contain_text("and Fetch order › status")


def test_the_next_real_call_becomes_the_sample(desk: Desk, page: Page, shop: Shop) -> None:
    hand = open_canvas(page, draw(desk, "Next call", f"{shop.url}/three", "next-call"))
    opened(hand, "A call")
    page.get_by_test_id("next-call").click()
    expect(page.get_by_test_id("listening")).to_be_visible()
    # The waiting counts from when it was asked for; the next look is a moment later.
    with page.expect_response(lambda answer: "/api/runs/?flow=" in answer.url):
        pass
    address = f"{desk.segue.base_url}/hooks/test/next-call"
    assert httpx.post(address, json={"order": 4711}).status_code == 202
    expect(page.get_by_test_id("pinned")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("region", name="Output")).to_contain_text("4711")


def test_a_retry_rule_is_held_against_past_failures(desk: Desk, page: Page, shop: Shop) -> None:
    hand = open_canvas(page, draw(desk, "Fails", f"{shop.url}/down", "fails"))
    opened(hand, "Fetch order")
    page.get_by_test_id("run-step").click()
    expect(page.get_by_role("region", name="Output").get_by_role("status").first).to_contain_text(
        "503", timeout=60_000
    )
    page.get_by_role("tab", name="When it fails").click()
    summary = page.get_by_test_id("policy-summary")
    expect(summary.get_by_test_id("retry-times").get_by_role("listitem")).to_have_count(3)
    expect(summary.get_by_test_id("retry-past")).to_contain_text("Of 1 failure lately, 0")
    page.get_by_label("Tries", exact=True).fill("6")
    expect(summary.get_by_test_id("retry-times").get_by_role("listitem")).to_have_count(6)
