"""How the canvas carries a thousand steps: opening, dragging at zoom 1 and zoomed out, in a run.

    .venv/bin/python -m tests.benchmarks.canvas [--steps 1000]

Starts a Segue of its own. Wanted (NUMBERS): opens in under 2 s, 50 frames a second while a card is
dragged at zoom 1, 30 with the whole flow in view, also while a run reports its steps.
"""

import argparse
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page

from tests.e2e.hand import browser, sign_in
from tests.support.live import LiveSegue, live

COLUMNS = 40
SECONDS = 3.0  # of each drag
FRAMES = """seconds => new Promise(resolve => {
  const times = []; const begin = performance.now();
  const tick = now => {
    times.push(now);
    if (now - begin < seconds * 1000) requestAnimationFrame(tick); else resolve(times);
  };
  requestAnimationFrame(tick);
})"""

# The middle of the card that lies nearest to the middle of the canvas, and its id.
MIDDLE = """() => {
  const stage = document.querySelector('.react-flow').getBoundingClientRect();
  const at = box => [box.left + box.width / 2, box.top + box.height / 2];
  const [cx, cy] = at(stage);
  const cards = [...document.querySelectorAll('.react-flow__node-step')].map(card =>
    [...at(card.getBoundingClientRect()), card.dataset.id]);
  const far = ([x, y]) => Math.hypot(x - cx, y - cy);
  return cards.sort((a, b) => far(a) - far(b))[0];
}"""


def graph(steps: int) -> dict[str, Any]:
    """One long row of short waits, drawn in lines: a run of it goes on for a while."""
    start = {"id": "n0", "key": "start", "name": "Start", "type": "trigger.manual"}
    waits = [
        {
            "id": f"n{i}",
            "key": f"s{i}",
            "name": f"Step {i}",
            "type": "flow.wait",
            "params": {"seconds": 0.03},
            "position": {"x": (i % COLUMNS) * 310, "y": (i // COLUMNS) * 120},
        }
        for i in range(1, steps)
    ]
    edges = [{"source": f"n{i}", "target": f"n{i + 1}"} for i in range(steps - 1)]
    settings = {"max_steps": steps * 2}
    return {
        "format": "segue.flow/1",
        "nodes": [start, *waits],
        "edges": edges,
        "settings": settings,
    }


def make(segue: LiveSegue, steps: int) -> str:
    """Save and publish the flow; return its id."""
    client = httpx.Client(
        base_url=f"{segue.base_url}/api/",
        headers={"Authorization": f"Token {segue.token()}"},
        timeout=60,
    )
    flow = str(client.post("flows/", json={"name": f"{steps} steps"}).json()["id"])
    revision = client.get(f"flows/{flow}/draft/").json()["revision"]
    body = {"revision": revision, "graph": graph(steps)}
    client.put(f"flows/{flow}/draft/", json=body).raise_for_status()
    return flow


def opened(page: Page, address: str) -> float:
    """Seconds from the address to cards on the screen."""
    started = time.monotonic()
    page.goto(address, wait_until="commit")
    page.locator(".react-flow__node-step").first.wait_for()
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
    return time.monotonic() - started


def drag(page: Page) -> dict[str, float]:
    """Frames a second, and the longest of them in ms, while the card in the middle is dragged."""
    x, y, card = page.evaluate(MIDDLE)
    place = f"() => document.querySelector('[data-id=\"{card}\"]').style.transform"
    before = page.evaluate(place)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y + 8)
    page.evaluate(f"window.frames_ = ({FRAMES})({SECONDS})")
    until = time.monotonic() + SECONDS
    turn = 0
    while time.monotonic() < until:
        turn += 1
        page.mouse.move(x + 10 + turn * 3 % 200, y + 10 + turn * 2 % 120)
        time.sleep(0.008)
    times: list[float] = page.evaluate("window.frames_")
    assert page.evaluate(place) != before, "no card was dragged"
    page.mouse.up()
    page.keyboard.press("Control+z")
    gaps = [b - a for a, b in itertools.pairwise(times)]
    return {
        "fps": round(1000 * len(gaps) / (times[-1] - times[0]), 1),
        "median_ms": round(statistics.median(gaps), 1),
        "longest_ms": round(max(gaps), 1),
    }


def at_zoom_one(page: Page) -> None:
    """Where a person works: cards in their own size."""
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.wait_for_timeout(300)
    for _ in range(12):
        scale = page.evaluate(
            "() => new DOMMatrix(getComputedStyle("
            "document.querySelector('.react-flow__viewport')).transform).a"
        )
        if scale >= 0.95:
            return
        page.get_by_role("button", name="Zoom in").click()
        page.wait_for_timeout(200)


def zoomed_out(page: Page) -> None:
    """The whole flow in view."""
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.wait_for_timeout(600)


def measure(segue: LiveSegue, chromium: str, steps: int) -> dict[str, Any]:
    """All figures of one flow."""
    flow = make(segue, steps)
    with browser(chromium) as running:
        page = running.new_context(viewport={"width": 1440, "height": 900}).new_page()
        sign_in(page, segue)
        address = f"{segue.base_url}/flows/{flow}/"
        figures: dict[str, Any] = {"first_open_s": round(opened(page, address), 2)}
        figures["open_s"] = [round(opened(page, address), 2) for _ in range(3)]
        views: tuple[tuple[str, Callable[[Page], None]], ...] = (
            ("zoom_1", at_zoom_one),
            ("zoomed_out", zoomed_out),
        )
        for name, view in views:
            view(page)
            figures[name] = drag(page)
        page.get_by_test_id("test").click()
        page.get_by_test_id("run-now").click()
        page.get_by_test_id("run-bar").wait_for()
        for name, view in views:
            view(page)
            figures[f"{name}_in_a_run"] = drag(page)
        figures["still_running"] = page.get_by_test_id("run-bar").get_attribute("data-status")
    return figures


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, live(Path(folder) / "data") as segue:
        json.dump(measure(segue, chosen.chromium, chosen.steps), sys.stdout, indent=2)
        print()


if __name__ == "__main__":
    main()
