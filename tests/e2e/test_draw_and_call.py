"""The main job by mouse: draw, publish, call, watch. In at most 25 clicks, drags and fields."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import new_flow, open_canvas

MOST = 25


class Shop(BaseHTTPRequestHandler):
    """Fails with 503 at first, then knows order 7."""

    calls: list[int]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.calls.append(503 if len(self.calls) < 2 else 200)
        body = json.dumps({"id": 7, "total": 120, "customer": "Ada"}).encode()
        self.send_response(self.calls[-1])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def shop() -> Iterator[tuple[str, list[int]]]:
    """The address of a small shop, and what it answered so far."""
    calls: list[int] = []
    handler = type("OneShop", (Shop,), {"calls": calls})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/orders/", calls
    server.shutdown()
    server.server_close()


def test_a_flow_is_drawn_by_mouse_published_called_and_watched(
    desk: Desk, page: Page, shop: tuple[str, list[int]]
) -> None:
    address, calls = shop
    flow = new_flow(desk.segue, "Answer an order", desk.token)
    hand = open_canvas(page, flow)

    hand.click(page.get_by_role("button", name="Webhook"))
    hand.add_after("Webhook", "http.request")
    hand.fill(hand.field("url"), address)
    hand.drag(hand.data("body.id"), hand.field("url"), x=330, y=15)
    expect(page.locator("[data-field=url] .sg-chip")).to_have_text("Webhook › body › id")
    hand.click(page.get_by_role("tab", name="When it fails"))
    hand.fill_number(page.get_by_role("textbox", name="Tries", exact=True), "4")
    expect(page.get_by_role("radio", name="Longer each time")).to_be_checked()
    for reason in ("Took too long", "The service failed (5xx)"):
        expect(page.get_by_role("checkbox", name=reason)).to_be_checked()
    summary = page.get_by_test_id("policy-summary")
    expect(summary).to_contain_text("Tries up to 4 times.")
    expect(summary.get_by_test_id("retry-times").get_by_role("listitem")).to_have_count(4)
    hand.close_step()

    hand.add_after("HTTP request", "flow.if")
    hand.drag(
        hand.data("body.total"), page.get_by_role("textbox", name="What to look at"), x=40, y=15
    )
    hand.choose(page.get_by_role("combobox", name="How to compare"), "is greater than")
    hand.fill(page.get_by_role("textbox", name="What to compare with"), "100")
    hand.close_step()

    hand.add_after("If", "ai.llm", exit="true")
    hand.fill(hand.field("prompt"), "Write one friendly sentence.")
    hand.close_step()
    hand.add_after("LLM", "flow.respond")

    hand.saved()
    hand.click(page.get_by_test_id("publish"))
    hand.click(page.get_by_test_id("publish-now"))
    expect(page.get_by_text("Live: v1")).to_be_visible()

    url = webhook_of(desk, flow)
    answer = httpx.post(url, json={"id": 7}, timeout=60)
    assert answer.status_code in (200, 202), answer.text

    hand.click(page.get_by_test_id("rail-runs"))
    hand.click(page.get_by_role("complementary", name="Runs").get_by_role("listitem").first)
    bar = page.get_by_test_id("run-bar")
    expect(bar).to_have_attribute("data-status", "succeeded", timeout=60_000)
    expect(page.get_by_label("HTTP request, Done")).to_be_visible()
    assert calls == [503, 503, 200]
    assert len(hand.counted) <= MOST, "\n".join(hand.counted)

    hand.card("HTTP request").dblclick()
    page.get_by_role("tab", name="Tries").click()
    expect(page.get_by_text("Try 3", exact=True)).to_be_visible()


def webhook_of(desk: Desk, flow: str) -> str:
    """The address that the flow's page of the API names."""
    answer = httpx.get(
        flow.replace("/flows/", "/api/flows/"), headers={"Authorization": f"Token {desk.token}"}
    )
    (trigger,) = answer.json()["triggers"]
    url: str = trigger["url"]
    return url
