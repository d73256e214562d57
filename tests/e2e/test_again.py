"""A failed run is run again from where it failed, and its call is tried on the draft."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import new_flow, open_canvas
from tests.e2e.test_lost import step, wire


@dataclass
class Shop:
    """Counts its calls; `/charge` fails until it is mended."""

    url: str = ""
    mended: bool = False
    calls: Counter[str] = field(default_factory=Counter)


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            made.calls[self.path] += 1
            failing = self.path == "/charge" and not made.mended
            self.send_response(400 if failing else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield made
    server.shutdown()
    server.server_close()


def draw(desk: Desk, canvas: str, shop: Shop) -> None:
    """By hand → Reserve → Charge."""
    post = {"method": "POST"}
    graph = {
        "format": "segue.flow/1",
        "nodes": [
            step(0, "trigger.manual", "By hand"),
            step(1, "http.request", "Reserve", params={**post, "url": f"{shop.url}/reserve"}),
            step(2, "http.request", "Charge", params={**post, "url": f"{shop.url}/charge"}),
        ],
        "edges": [wire(0, 1), wire(1, 2)],
    }
    address = f"{canvas.replace('/flows/', '/api/flows/')}draft/"
    headers = {"Authorization": f"Token {desk.token}"}
    answer = httpx.put(address, json={"revision": 1, "graph": graph}, headers=headers)
    found = [issue for issue in answer.json()["issues"] if issue["severity"] != "advice"]
    assert (answer.status_code, found) == (200, []), answer.text


def test_again_from_where_it_failed_then_tried_on_the_draft(
    desk: Desk, page: Page, shop: Shop
) -> None:
    canvas = new_flow(desk.segue, "Reserve and charge", desk.token)
    draw(desk, canvas, shop)
    open_canvas(page, canvas)
    page.get_by_test_id("test").click()
    page.get_by_test_id("run-now").click()
    bar, dialog = page.get_by_test_id("run-bar"), page.get_by_role("dialog")
    expect(bar).to_have_attribute("data-status", "failed", timeout=30_000)

    shop.mended = True
    bar.get_by_test_id("again-menu").click()
    page.get_by_role("menuitem", name="From where it failed").click()
    ahead = page.get_by_test_id("again-ahead")
    expect(ahead).to_contain_text("By hand, Reserve")
    expect(ahead).to_contain_text("Charge: It failed.")
    dialog.get_by_test_id("again-now").click()
    expect(bar).to_contain_text("results of 2 steps were taken over", timeout=30_000)
    expect(bar).to_have_attribute("data-status", "succeeded", timeout=30_000)
    assert shop.calls == {"/reserve": 1, "/charge": 2}

    bar.get_by_test_id("again-menu").click()
    page.get_by_role("menuitem", name="From the start").click()
    expect(ahead).to_contain_text("will do so again")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    bar.get_by_test_id("again-menu").click()
    page.get_by_role("menuitem", name="Try on the draft").click()
    dialog.get_by_test_id("again-now").click()
    expect(bar).to_contain_text("nothing was sent", timeout=30_000)
    expect(bar).to_have_attribute("data-status", "succeeded", timeout=30_000)
    assert shop.calls == {"/reserve": 1, "/charge": 2}


def test_again_from_a_step_of_the_admin(desk: Desk, page: Page, shop: Shop) -> None:
    shop.mended = True
    canvas = new_flow(desk.segue, "By the admin", desk.token)
    draw(desk, canvas, shop)
    open_canvas(page, canvas)
    page.get_by_test_id("test").click()
    page.get_by_test_id("run-now").click()
    bar = page.get_by_test_id("run-bar")
    expect(bar).to_have_attribute("data-status", "succeeded", timeout=30_000)
    page.goto(f"{desk.segue.base_url}/admin/runtime/run/")
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("link", name="Run again").click()
    page.get_by_label("From a step").check()
    page.locator("select[name=step]").select_option("step_2")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_text("By hand, Reserve")).to_be_visible()
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("results of 2 steps were taken over")).to_be_visible()
