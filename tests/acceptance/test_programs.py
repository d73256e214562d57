"""Other programs use flows of a whole Segue as tools (MCP) and as models (OpenAI's form)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from runtime.mcp.talk import Talk
from runtime.network.client import GuardedClient
from runtime.network.guard import Guard
from runtime.sdk import HttpReply
from tests.acceptance.test_hooks import Caller
from tests.support.live import LiveSegue

pytestmark = pytest.mark.acceptance

ORDER: dict[str, Any] = {
    "tool_name": "find_order",
    "description": "Finds an order by its number.",
    "fields": [{"name": "number", "told": "Such as A-17"}],
}


def flow(trigger: str, params: Mapping[str, Any], *fields: tuple[str, str]) -> dict[str, Any]:
    rows = [{"name": name, "value": value, "type": "text"} for name, value in fields]
    return {
        "format": "segue.flow/1",
        "nodes": [
            {"id": "a", "key": "start", "type": trigger, "params": dict(params)},
            {"id": "b", "key": "put", "type": "data.set", "params": {"fields": rows}},
        ],
        "edges": [{"source": "a", "target": "b"}],
    }


@pytest.fixture(scope="module")
def caller(live_segue: LiveSegue) -> Iterator[Caller]:
    made = Caller(live_segue)
    yield made
    made.hooks.close()
    made.api.close()


class WithKey:
    """The client that steps have, with a key as a connection would add it."""

    def __init__(self, client: GuardedClient, token: str) -> None:
        self._client, self._token = client, token

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> HttpReply:
        signed = {**(headers or {}), "Authorization": f"Bearer {self._token}"}
        return await self._client.request(method, url, headers=signed, **more)


async def used(base_url: str, token: str) -> tuple[list[Any], Any, Any]:
    """What our own client hears of our own server: its tools, a use, and a wrong use."""
    place = base_url.removeprefix("http://")
    client = GuardedClient("w", guard=Guard(frozenset({place})))
    talk = Talk(WithKey(client, token), f"{base_url}/mcp", None, 0.0)
    try:
        await talk.begin()
        tools = await talk.tools()
        good = await talk.call("find_order", {"number": "A-17"})
        bad = await talk.call("find_order", {"numbers": "A-17"})
        await talk.end()
    finally:
        await client.close()
    return list(tools), good, bad


def test_a_flow_is_a_tool_for_our_own_client(caller: Caller) -> None:
    caller.publish("Orders", flow("trigger.tool", ORDER, ("found", "{{ start.number }}: sent")))
    token = caller.segue.token()
    tools, good, bad = asyncio.run(used(caller.segue.base_url, token))
    (tool,) = tools
    assert tool["name"] == "find_order"
    assert tool["inputSchema"]["properties"] == {
        "number": {"type": "string", "description": "Such as A-17"}
    }
    assert good["structuredContent"]["found"] == "A-17: sent"
    assert json.loads(good["content"][0]["text"])["found"] == "A-17: sent"
    assert bad["isError"] is True


def test_a_chat_flow_is_a_model_for_programs_that_speak_as_to_openai(caller: Caller) -> None:
    chat = {"path": "shop-help", "as_model": True}
    caller.publish("Help", flow("trigger.chat", chat, ("text", "You said: {{ start.text }}")))
    key = {"Authorization": f"Bearer {caller.segue.token()}"}
    body: dict[str, Any] = {
        "model": "shop-help",
        "messages": [{"role": "system", "content": "Hi"}, {"role": "user", "content": "Hello"}],
    }
    with httpx.Client(base_url=f"{caller.segue.base_url}/v1/", headers=key, timeout=60) as v1:
        assert [m["id"] for m in v1.get("models").json()["data"]] == ["shop-help"]
        whole = v1.post("chat/completions", json=body)
        assert whole.status_code == 200, whole.text
        choice = whole.json()["choices"][0]
        assert choice["message"] == {"role": "assistant", "content": "You said: Hello"}
        assert whole.json()["usage"]["total_tokens"] == 0
        streamed = v1.post("chat/completions", json={**body, "stream": True})
    assert streamed.headers["content-type"] == "text/event-stream"
    lines = [line.removeprefix("data: ") for line in streamed.text.split("\n\n") if line]
    assert lines.pop() == "[DONE]"
    deltas = [json.loads(line)["choices"][0]["delta"] for line in lines]
    assert "".join(delta.get("content", "") for delta in deltas) == "You said: Hello"
