"""Words of a model while it says them: on the canvas, on a chat page, and to a caller."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import new_flow, open_canvas
from tests.e2e.test_form import bring_in
from tests.support.model_server import ModelServer, model_server

SAID = "Your order A-17 left us on Monday, and it **should** be with you by Thursday at the latest."


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server(SAID) as running:
        running.pause = 0.12
        yield running


@pytest.fixture(scope="module")
def model(desk: Desk, server: ModelServer) -> str:
    """A model that takes its time; its id."""
    body = {"name": "Slow model", "model": "m", "base_url": server.base_url}
    return str(api(desk, "POST", "model-profiles/", body)["id"])


def api(desk: Desk, method: str, path: str, body: Any = None) -> Any:
    header = {"Authorization": f"Token {desk.token}"}
    answer = httpx.request(
        method, f"{desk.segue.base_url}/api/{path}", json=body, headers=header, timeout=30
    )
    assert answer.is_success, answer.text
    return answer.json()


def graph(model: str, start: dict[str, Any]) -> dict[str, Any]:
    """Start → ask the model → answer with what it said."""
    asks = {"prompt": "Where is my order?", "model": model}
    steps = [
        {"id": "a", "key": "start", "name": "Start", **start},
        {"id": "b", "key": "ask", "name": "Ask", "type": "ai.llm", "params": asks},
        {"id": "c", "key": "answer", "type": "flow.respond", "params": {"body": "{{ ask.text }}"}},
    ]
    for number, step in enumerate(steps):
        step["position"] = {"x": 300 * number, "y": 0}
    return {
        "format": "segue.flow/1",
        "nodes": steps,
        "edges": [{"source": "a", "target": "b"}, {"source": "b", "target": "c"}],
    }


def test_words_grow_on_the_card_and_in_its_panel(desk: Desk, page: Page, model: str) -> None:
    canvas = new_flow(desk.segue, "Said bit by bit", desk.token)
    number = canvas.rstrip("/").rpartition("/")[2]
    revision = api(desk, "GET", f"flows/{number}/draft/")["revision"]
    drawn = {"revision": revision, "graph": graph(model, {"type": "trigger.manual"})}
    api(desk, "PUT", f"flows/{number}/draft/", drawn)
    hand = open_canvas(page, canvas)
    page.get_by_test_id("test").click()
    page.get_by_test_id("run-now").click()
    expect(hand.card("Ask").get_by_test_id("saying")).to_contain_text("Your order A-17")
    hand.card("Ask").dblclick()
    whole = page.get_by_test_id("saying-whole")
    expect(whole).to_contain_text("left us on Monday")
    assert "Thursday" not in whole.inner_text(), "the rest is still to come"
    expect(whole).to_have_count(0, timeout=15_000)
    output = page.get_by_role("region", name="Output")
    expect(output).to_contain_text("by Thursday at the latest.")


def test_words_grow_on_the_chat_page(desk: Desk, page: Page, model: str) -> None:
    chat = {"type": "trigger.chat", "params": {"path": "slowly", "title": "Ask us"}}
    bring_in(desk, "A slow chat", graph(model, chat))
    page.goto(f"{desk.segue.base_url}/chats/test/slowly/")
    page.get_by_label("Your message").fill("Where is it?")
    page.get_by_role("button", name="Send").click()
    coming = page.locator(".coming")
    expect(coming).to_contain_text("left us on")
    assert "Thursday" not in coming.inner_text(), "the rest is still to come"
    answer = page.locator(".turn.theirs").last
    expect(answer.locator("strong")).to_have_text("should", timeout=15_000)
    expect(coming).to_have_count(0)
    expect(answer).to_contain_text("by Thursday at the latest.")


def test_a_caller_hears_words_and_gets_the_answer(desk: Desk, model: str) -> None:
    hook = {"type": "trigger.webhook", "params": {"path": "word-by-word", "answer": "stream"}}
    bring_in(desk, "Word by word", graph(model, hook))
    events: list[tuple[str, Any]] = []
    address = f"{desk.segue.base_url}/hooks/test/word-by-word/"
    with httpx.stream("POST", address, json={}, timeout=30) as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                events.append((name, json.loads(line[6:])))
    names = [name for name, _ in events]
    assert (names[0], names[-1]) == ("run", "answer")
    assert names.count("words") > 3, "they came bit by bit"
    assert events[-1][1] == SAID
    heard = "".join(data["words"] for name, data in events if name == "words")
    assert SAID.startswith(heard)
    assert set(events[1][1]) == {"take", "at", "words"}, "and nothing of what is inside"


def test_a_program_that_speaks_as_to_openai_hears_words_as_they_come(
    desk: Desk, model: str
) -> None:
    chat = {"type": "trigger.chat", "params": {"path": "slow-model", "as_model": True}}
    drawn = {"name": "A slow model", "graph": graph(model, chat)}
    flow = api(desk, "POST", "flows/", drawn)["id"]
    revision = api(desk, "GET", f"flows/{flow}/draft/")["revision"]
    api(desk, "POST", f"flows/{flow}/publish/", {"revision": revision})
    body = {
        "model": "slow-model",
        "stream": True,
        "messages": [{"role": "user", "content": "Where is my order?"}],
    }
    key = {"Authorization": f"Bearer {desk.token}"}
    address = f"{desk.segue.base_url}/v1/chat/completions"
    answer = httpx.post(address, json=body, headers=key, timeout=30)
    lines = [line[6:] for line in answer.text.split("\n\n") if line.startswith("data: ")]
    assert lines.pop() == "[DONE]"
    deltas = [json.loads(line)["choices"][0]["delta"].get("content", "") for line in lines]
    pieces = [piece for piece in deltas if piece]
    assert "".join(pieces) == SAID
    assert len(pieces) > 3, "they came bit by bit"
