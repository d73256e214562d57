"""A worker is killed while its call is out: the question on the screen, and its three answers."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import Hand, new_flow, open_canvas

NOBODY_KNOWS = "We do not know whether this happened"


@dataclass
class SlowBank:
    """Takes the first payment and never says so; answers the next ones at once."""

    url: str = ""
    keys: list[str | None] = field(default_factory=list)
    called: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    def take(self, key: str | None) -> None:
        self.keys.append(key)
        self.called.set()
        if len(self.keys) == 1:
            self.closing.wait(120)


@pytest.fixture
def bank() -> Iterator[SlowBank]:
    made = SlowBank()

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            made.take(self.headers.get("Idempotency-Key"))
            if made.closing.is_set():
                return
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}/pay"
    yield made
    made.closing.set()
    server.shutdown()
    server.server_close()


def step(number: int, kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"n{number}",
        "key": f"step_{number}",
        "name": name,
        "type": kind,
        "version": 1,
        "params": more.pop("params", {}),
        "policy": more,
        "position": {"x": 300 * number, "y": 0},
    }


def wire(source: int, target: int) -> dict[str, str]:
    ends = {"source": f"n{source}", "target": f"n{target}"}
    return {**ends, "source_port": "out", "target_port": "in"}


def draw_payment(desk: Desk, canvas: str, url: str) -> None:
    """By hand → Pay, which asks when nobody knows → Thank."""
    thanks = {"fields": [{"name": "thanks", "type": "text", "value": "yes"}]}
    graph = {
        "format": "segue.flow/1",
        "nodes": [
            step(0, "trigger.manual", "By hand"),
            step(1, "http.request", "Pay", on_unknown="ask", params={"method": "POST", "url": url}),
            step(2, "data.set", "Thank", params=thanks),
        ],
        "edges": [wire(0, 1), wire(1, 2)],
        "notes": [],
        "groups": [],
        "settings": {},
    }
    address = f"{canvas.replace('/flows/', '/api/flows/')}draft/"
    headers = {"Authorization": f"Token {desk.token}"}
    body = {"revision": 1, "graph": graph}
    answer = httpx.put(address, json=body, headers=headers)
    found = [issue for issue in answer.json()["issues"] if issue["severity"] != "advice"]
    assert (answer.status_code, found) == (200, []), answer.text


def lose_the_payment(desk: Desk, page: Page, bank: SlowBank) -> Hand:
    """Run the flow, kill the worker while the call is out, and wait for the question."""
    canvas = new_flow(desk.segue, "Pay once", desk.token)
    draw_payment(desk, canvas, bank.url)
    hand = open_canvas(page, canvas)
    page.get_by_test_id("test").click()
    page.get_by_test_id("run-now").click()
    assert bank.called.wait(30)
    desk.segue.kill("worker")
    expect(page.get_by_text(NOBODY_KNOWS)).to_be_visible(timeout=60_000)
    return hand


@pytest.mark.parametrize(
    ("button", "status", "calls", "after"),
    [
        ("Repeat", "succeeded", 2, "Thank, Done"),
        ("It was done", "succeeded", 1, "Thank, Done"),
        ("Stop", "failed", 1, "Pay, Failed"),
    ],
)
def test_a_person_says_what_became_of_a_call(
    desk: Desk, page: Page, bank: SlowBank, button: str, status: str, calls: int, after: str
) -> None:
    lose_the_payment(desk, page, bank)
    bar = page.get_by_test_id("run-bar")
    expect(bar.get_by_text("Pay was interrupted")).to_be_visible()
    bar.get_by_role("button", name=button, exact=True).click()
    expect(bar).to_have_attribute("data-status", status, timeout=30_000)
    expect(page.get_by_text(NOBODY_KNOWS)).to_have_count(0)
    expect(page.get_by_label(after)).to_be_visible()
    assert len(bank.keys) == calls
    assert len(set(bank.keys)) == 1
