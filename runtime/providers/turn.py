"""One turn of a model inside of a longer talk, as a step of its own in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from runtime.providers.protocols import ChatReply, ChatRequest, Message, ToolCall, ToolOffer
from runtime.sdk import Context, Effect, Json, Kind, Node, NodeParams, Output, field


class ModelTurn(Node):
    """Ask a model to go on."""

    type, version = "ai.turn", 1
    name, category = "A turn of the model", "AI"
    effect = Effect.EXTERNAL
    streams = True

    class Params(NodeParams):
        request: dict[str, Json] = field(Kind.JSON, label="Request", templates=False)

    async def run(self, params: Params, ctx: Context) -> Output:
        reply: ChatReply = await ctx.models.complete(_request(params.request), ctx)
        if reply.cut_off:
            ctx.log.warning("The answer was cut off: it reached the longest that is allowed.")
        said: dict[str, Json] = {"text": reply.text}
        if reply.value is not None:
            said["value"] = reply.value
        if reply.calls:
            said["calls"] = [asdict(call) for call in reply.calls]
        usage = reply.usage.plain()
        return Output.one({**said, "usage": usage}, usage=usage)


def turn_settings(request: ChatRequest) -> dict[str, Json]:
    """The settings of a turn that asks this."""
    plain: dict[str, Json] = asdict(request)
    plain["messages"] = [_plain(message) for message in request.messages]
    return {"request": {name: value for name, value in plain.items() if value not in (None, [])}}


def calls_of(said: Mapping[str, Any]) -> list[ToolCall]:
    """The tools that a turn asks for."""
    return [ToolCall(**call) for call in said.get("calls", ())]


def _plain(message: Message) -> Json:
    return {name: value for name, value in asdict(message).items() if value not in (None, [], ())}


def _request(plain: Mapping[str, Any]) -> ChatRequest:
    rest = {n: v for n, v in plain.items() if n not in ("messages", "tools")}
    messages = [
        Message(
            turn["role"],
            turn.get("content", ""),
            [ToolCall(**call) for call in turn.get("calls", ())],
            ToolCall(**turn["call"]) if turn.get("call") else None,
        )
        for turn in plain["messages"]
    ]
    tools = [ToolOffer(**tool) for tool in plain.get("tools", ())]
    return ChatRequest(messages, tools=tools, **rest)
