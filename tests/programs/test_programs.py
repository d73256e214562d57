"""What other programs are told at the addresses for them: tools (MCP) and models (OpenAI's)."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from knox.models import AuthToken

from builder.models import Flow
from builder.services.create_flow import create_flow
from builder.services.publish import publish
from builder.services.set_live import set_live
from runtime.models import Run
from runtime.services import spoken_models
from runtime.services.engine_connection import close_engine_connection
from runtime.services.hear_model import Spoken
from tests.support.mcp_server import mcp_server
from tests.support.people import Place, make_place

TOOL: dict[str, Any] = {
    "tool_name": "find_order",
    "description": "Finds an order.",
    "fields": [
        {"name": "number", "told": "Such as A-17"},
        {"name": "limit", "kind": "number", "required": False},
    ],
}
HELLO = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def place(transactional_db: None) -> Iterator[Place]:
    yield make_place("home")
    close_engine_connection()


def published(place: Place, trigger: str, params: dict[str, Any], name: str = "Orders") -> Flow:
    graph = {
        "format": "segue.flow/1",
        "nodes": [
            {"id": "a", "key": "start", "type": trigger, "params": params},
            {"id": "b", "key": "put", "type": "data.set", "params": {"fields": []}},
        ],
        "edges": [{"source": "a", "target": "b"}],
    }
    admin = place.people["admin"]
    flow = create_flow(workspace_id=place.workspace.id, name=name, graph=graph, actor=admin)
    publish(flow, revision=1, actor=admin, note="")
    return flow


def program(place: Place, role: str = "operator", scheme: str = "Bearer", **headers: str) -> Client:
    """A program with the key of one of the workspace's people."""
    _, token = AuthToken.objects.create(place.people[role])
    return Client(headers={"Authorization": f"{scheme} {token}", **headers})


def mcp(client: Client, method: str, params: Any = None, *, name: Any = 1, **more: Any) -> Any:
    message = {"jsonrpc": "2.0", "id": name, "method": method, "params": params or {}, **more}
    return client.post("/mcp", message, content_type="application/json")


def use(client: Client, tool: str = "find_order", **arguments: Any) -> Any:
    return mcp(client, "tools/call", {"name": tool, "arguments": arguments}).json()


def ask(client: Client, **body: Any) -> Any:
    whole = {"model": "help", "messages": HELLO, **body}
    return client.post("/v1/chat/completions", whole, content_type="application/json")


class Worker:
    """Ends each run that comes, as a worker would, with what it is told."""

    def __init__(self, kind: str, **columns: Any) -> None:
        self._kind, self._columns, self._stop = kind, columns, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Worker":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            Run.objects.filter(trigger_kind=self._kind, status="queued").update(**self._columns)
            time.sleep(0.02)
        connection.close()


def made(value: Any) -> dict[str, Any]:
    return {"status": "succeeded", "output": json.dumps([{"json": value}])}


def runs(kind: str) -> list[Any]:
    rows = Run.objects.filter(trigger_kind=kind).order_by("id")
    return [json.loads(run.input)[0]["json"] for run in rows]


def test_a_greeting_a_list_and_a_use(place: Place) -> None:
    published(place, "trigger.tool", TOOL)
    client = program(place)
    greeting = mcp(client, "initialize", {"protocolVersion": "2025-06-18"}).json()["result"]
    assert greeting["protocolVersion"] == "2025-06-18"
    assert mcp(client, "initialize", {"protocolVersion": "x"}).json()["result"][
        "protocolVersion"
    ] == ("2025-11-25")
    (tool,) = mcp(client, "tools/list").json()["result"]["tools"]
    assert tool == {
        "name": "find_order",
        "title": "Orders",
        "description": "Finds an order.",
        "inputSchema": {
            "type": "object",
            "properties": {
                "number": {"type": "string", "description": "Such as A-17"},
                "limit": {"type": "number"},
            },
            "required": ["number"],
            "additionalProperties": False,
        },
    }
    with Worker("tool", **made({"status": "sent"})):
        result = use(client, number="A-17")["result"]
    assert result["structuredContent"] == {"status": "sent"}
    assert result["isError"] is False
    (item,) = runs("tool")
    assert item.pop("sent_at")
    assert item == {"number": "A-17"}


def test_what_does_not_fit_starts_nothing_and_is_told_to_the_model(place: Place) -> None:
    published(place, "trigger.tool", TOOL)
    result = use(program(place), limit="many")["result"]
    assert result["isError"] is True
    assert "does not fit" in result["content"][0]["text"]
    assert use(program(place), "other")["error"]["code"] == -32602
    assert runs("tool") == []


def test_a_flow_that_takes_longer_goes_on_and_one_that_fails_is_said(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = published(place, "trigger.tool", {**TOOL, "wait_seconds": 1})
    result = use(program(place), number="A-17")["result"]
    assert f"/flows/{flow.id}/runs/" in result["content"][0]["text"]
    assert result["isError"] is False
    with Worker("tool", status="failed", error='{"message": "inner words"}'):
        failed = use(program(place), number="A-18")["result"]
    assert failed["isError"] is True
    assert "inner words" not in json.dumps(failed)
    refusal = json.dumps({"status": 404, "body": "There is no such order."})
    with Worker("tool", status="succeeded", response=refusal):
        refused = use(program(place), number="A-19")["result"]
    assert refused["isError"] is True
    assert refused["content"][0]["text"] == "There is no such order."


def test_the_same_key_is_the_same_run_and_numbers_of_messages_are_none(place: Place) -> None:
    published(place, "trigger.tool", TOOL)
    with Worker("tool", **made("Done.")):
        for _ in range(2):
            use(program(place), number="A-17")
            use(program(place, **{"Idempotency-Key": "k1"}), number="A-17")
    assert len(runs("tool")) == 3


def test_only_what_is_published_and_switched_on_here_is_offered(place: Place) -> None:
    flow = published(place, "trigger.tool", TOOL)
    published(place, "trigger.tool", TOOL, "Same name")
    other = make_place("other")
    published(other, "trigger.tool", {**TOOL, "tool_name": "theirs"})

    def names(client: Client, address: str = "/mcp") -> list[str]:
        message = {"jsonrpc": "2.0", "id": "a", "method": "tools/list"}
        found = client.post(address, message, content_type="application/json")
        return [tool["name"] for tool in found.json()["result"]["tools"]]

    client = program(place)
    assert [name[:10] for name in names(client)] == ["find_order", "find_order"]
    assert len(set(names(client))) == 2
    set_live(flow, live=False, actor=place.people["admin"])
    assert names(client) == ["find_order"]
    assert names(client, f"/mcp/{place.workspace.id}") == ["find_order"]
    refused = client.post(f"/mcp/{other.workspace.id}", {}, content_type="application/json")
    assert refused.status_code == 404
    assert use(client, "theirs")["error"]["code"] == -32602


def test_a_use_too_many_is_refused(place: Place) -> None:
    published(place, "trigger.tool", {**TOOL, "most_per_minute": 1})
    client = program(place)
    with Worker("tool", **made("Done.")):
        assert "result" in use(client, number="A-17")
        assert use(client, number="A-17")["error"]["code"] == -32000


MESSAGES: list[tuple[Any, int, int | None]] = [
    (b"{", 400, -32700),
    (b"[]", 400, -32600),
    (b'{"jsonrpc": "1.0"}', 400, -32600),
    (b'{"jsonrpc": "2.0", "id": 1}', 400, -32600),
    (b'{"jsonrpc": "2.0", "id": {}, "method": "ping"}', 400, -32600),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "resources/list"}', 200, -32601),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": []}', 200, -32602),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}', 200, None),
    (b'{"jsonrpc": "2.0", "method": "notifications/initialized"}', 202, None),
]


def test_every_message_has_its_answer(place: Place) -> None:
    client = program(place)
    for body, status, code in MESSAGES:
        answer = client.post("/mcp", body, content_type="application/json")
        assert answer.status_code == status, body
        if code is not None:
            assert answer.json()["error"]["code"] == code, body
    assert client.get("/mcp").status_code == 405
    old = program(place, **{"MCP-Protocol-Version": "1999-01-01"})
    assert mcp(old, "ping").status_code == 400


ADDRESSES = ["/mcp", "/v1/chat/completions"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_programs_with_a_key_come_in_and_no_page_of_others(place: Place, address: str) -> None:
    def status(client: Client) -> int:
        return client.post(address, {}, content_type="application/json").status_code

    session = Client()
    session.force_login(place.people["admin"], backend="django.contrib.auth.backends.ModelBackend")
    assert status(Client()) == 401
    assert status(session) == 401, "a page could call it in a person's name"
    assert status(program(place, scheme="Basic")) == 401
    assert status(program(place, "viewer")) in (403, 404)
    assert status(program(place, Origin="https://evil.test")) == 403
    assert status(program(place, Origin="http://testserver")) in (400, 404)


def test_a_chat_is_asked_as_a_model(place: Place) -> None:
    published(place, "trigger.chat", {"path": "help", "as_model": True}, "Help")
    published(place, "trigger.chat", {"path": "closed"}, "Closed")
    client = program(place)
    assert [m["id"] for m in client.get("/v1/models").json()["data"]] == ["help"]
    parts = [{"type": "text", "text": "Where is"}, {"type": "text", "text": "A-17?"}]
    talk = [{"role": "assistant", "content": "Yes?"}, {"role": "user", "content": parts}]
    with Worker("chat", **made({"text": "It was sent."})):
        answer = ask(client, messages=talk, metadata={"session": "s1"}).json()
    assert answer["object"] == "chat.completion"
    assert answer["model"] == "help"
    assert answer["choices"] == [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "It was sent."},
            "finish_reason": "stop",
        }
    ]
    assert answer["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    (item,) = runs("chat")
    assert item["text"] == "Where is\nA-17?"
    assert item["session"] == "s1"
    assert item["person"] == "operator@home"
    assert [m["role"] for m in item["messages"]] == ["assistant", "user"]


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"model": "closed"}, 404, "invalid_request_error"),
    ({"model": "nobody"}, 404, "invalid_request_error"),
    ({"messages": []}, 400, "invalid_request_error"),
    ({"messages": "Hello"}, 400, "invalid_request_error"),
    ({"messages": [{"role": "assistant", "content": "x"}]}, 400, "invalid_request_error"),
    ({"messages": [{"role": "evil", "content": "x"}]}, 400, "invalid_request_error"),
    ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, 400,
     "invalid_request_error"),
    ({"messages": [{"role": "user", "content": "x" * 30_000}]}, 400, "invalid_request_error"),
]  # fmt: skip


def test_what_cannot_be_asked_is_refused_in_openais_shape(place: Place) -> None:
    published(place, "trigger.chat", {"path": "help", "as_model": True}, "Help")
    published(place, "trigger.chat", {"path": "closed"}, "Closed")
    client = program(place)
    for body, status, kind in REFUSED:
        answer = ask(client, **body)
        assert answer.status_code == status, body
        assert answer.json()["error"]["type"] == kind, body
        assert answer.json()["error"]["message"], body
    assert ask(Client()).json()["error"]["type"] == "authentication_error"
    assert runs("chat") == []


def test_a_flow_that_fails_or_takes_too_long_is_an_error_of_the_server(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(place, "trigger.chat", {"path": "help", "as_model": True}, "Help")
    client = program(place)
    with Worker("chat", status="failed", reason="The shop is closed."):
        failed = ask(client)
    assert failed.status_code == 500
    assert failed.json()["error"]["message"] == "The shop is closed."
    monkeypatch.setattr(spoken_models, "PATIENCE_SECONDS", 0.0)
    late = ask(client, messages=[{"role": "user", "content": "Again"}])
    assert late.status_code == 504
    assert "goes on" in late.json()["error"]["message"]


def test_whoever_sets_a_step_up_fetches_the_list_of_tools_or_hears_why_not(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = program(place, "editor", "Token")
    address = f"/api/flows/{place.flow.id}/offers/"

    def fetch(url: str) -> Any:
        params = {"address": url, "arguments": "{{ input.x }}", "tool": "{{ input.y }}"}
        body = {"type": "ai.mcp", "params": params}
        return editor.post(address, body, content_type="application/json").json()

    with mcp_server() as server:
        assert "Ask your admin" in fetch(server.address)["problem"]
        monkeypatch.setenv("SEGUE_INTERNAL_HOSTS", server.place)
        (tool,) = fetch(server.address)["tools"]
        assert tool == {
            "name": "find_order",
            "title": "Find an order",
            "description": "Finds an order by its number.",
            "print": server.ticked()["print"],
        }
    assert fetch("npx server")["problem"]
    assert fetch("")["problem"] == "Fill in the address first."
    other = {"type": "ai.llm", "params": {}}
    said = editor.post(address, other, content_type="application/json").json()
    assert said["problem"] == "This kind of step offers no list of tools."


TAKES: list[tuple[list[tuple[str, int, str]], str, list[str]]] = [
    ([("1", 0, "It "), ("1", 3, "was")], "It was sent.", ["It ", "was", " sent."]),
    ([("1", 0, "It "), ("1", 9, "lost")], "It was sent.", ["It ", "was sent."]),
    ([("1", 0, "Hm."), ("2", 0, "It "), ("2", 3, "was")], "It was", ["Hm.", "\n\nIt was"]),
    ([("1", 0, "It was\n")], "It was", ["It was\n"]),
    ([], "It was", ["It was"]),
]


@pytest.mark.parametrize(("heard", "whole", "sent"), TAKES)
def test_words_that_were_sent_are_gone_on_from_or_said_anew(
    heard: list[tuple[str, int, str]], whole: str, sent: list[str]
) -> None:
    spoken = Spoken()
    said = [{"take": take, "at": at, "words": words} for take, at, words in heard]
    pieces = [*(spoken.next(words) for words in said), spoken.rest(whole)]
    assert [piece for piece in pieces if piece] == sent
