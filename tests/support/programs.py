"""Programs that use flows of a whole Segue as tools, and the flows they use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.mcp.talk import Talk
from runtime.network.client import GuardedClient
from runtime.network.guard import Guard
from runtime.sdk import HttpReply

TOOL: dict[str, Any] = {
    "tool_name": "find_order",
    "description": "Finds an order by its number.",
    "fields": [{"name": "number", "told": "Such as A-17"}],
}


def two_steps(trigger: str, params: Mapping[str, Any], *fields: tuple[str, str]) -> dict[str, Any]:
    """A trigger, and a step that puts these texts together."""
    rows = [{"name": name, "value": value, "type": "text"} for name, value in fields]
    return {
        "format": "segue.flow/1",
        "nodes": [
            {"id": "a", "key": "start", "type": trigger, "params": dict(params)},
            {"id": "b", "key": "put", "type": "data.set", "params": {"fields": rows}},
        ],
        "edges": [{"source": "a", "target": "b"}],
    }


class WithKey:
    """The client that steps have, with a key as a connection would add it."""

    def __init__(self, client: GuardedClient, token: str) -> None:
        self._client, self._token = client, token

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> HttpReply:
        signed = {**(headers or {}), "Authorization": f"Bearer {self._token}"}
        return await self._client.request(method, url, headers=signed, **more)


async def heard_by_our_client(base_url: str, token: str) -> tuple[list[Any], Any, Any]:
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
