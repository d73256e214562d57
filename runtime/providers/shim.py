"""Tools for models that have none of their own: offered in words, asked for in a form.

The model answers with JSON that is either a use of one tool or its answer; so any model that can be
held to a form can work with tools (the idea: ReAct, Yao et al. 2022, in a fixed grammar).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from runtime.providers.protocols import ChatReply, ChatRequest, Message, ToolCall, ToolOffer
from runtime.sdk import Json

_OFFER = (
    "You may use tools. Answer with JSON only. To use a tool, give its name as “tool” and what it "
    "needs as “arguments”; its result is told to you, and you go on. Once you know enough, give "
    "your answer as “answer” instead. These are the tools:\n{tools}"
)


def in_a_form(request: ChatRequest) -> ChatRequest:
    """The same request without tools of the service's own."""
    offers = "\n".join(
        f"- {tool.name}: {tool.description} Arguments: {json.dumps(tool.schema)}"
        for tool in request.tools
    )
    turns = [Message("system", _OFFER.format(tools=offers)), *map(_told, request.messages)]
    return replace(request, messages=turns, tools=(), schema=_form(request.tools))


def out_of_form(reply: ChatReply, part: int) -> ChatReply:
    """What the model wants: a use of a tool, or its answer as text."""
    value = reply.value if isinstance(reply.value, dict) else {}
    if "tool" not in value:
        return replace(reply, text=str(value.get("answer", "")).strip(), value=None)
    call = ToolCall(f"use_{part}", str(value["tool"]), value.get("arguments") or {})
    return replace(reply, text="", value=None, calls=(call,))


def _form(tools: Sequence[ToolOffer]) -> Mapping[str, Json]:
    uses: list[Json] = [_object(tool={"const": t.name}, arguments=dict(t.schema)) for t in tools]
    return {"anyOf": [_object(answer={"type": "string"}), *uses]}


def _object(**properties: Json) -> dict[str, Json]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _told(message: Message) -> Message:
    """The turn in the words of the form."""
    if message.call is not None:
        return Message("user", f"The tool {message.call.name} gave: {message.content}")
    if message.calls:
        uses = [{"tool": c.name, "arguments": c.arguments} for c in message.calls]
        return Message("assistant", "\n".join(json.dumps(use, ensure_ascii=False) for use in uses))
    return message
