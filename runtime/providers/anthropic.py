"""Anthropic's Messages API (docs: Messages, version 2023-06-01)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from runtime.providers.protocols import ChatReply, ChatRequest, Message, Picture, Profile, ToolCall
from runtime.providers.read import nothing_said, unreadable, usage_of
from runtime.providers.repair import in_form
from runtime.providers.streams import Event, at_once, hearing
from runtime.sdk import Context, HttpClient, Json
from runtime.sdk.statuses import refuse_bad_status

VERSION = "2023-06-01"
_LONGEST_ANSWER = 4096  # the service wants a limit
_TOOL = "answer"


@dataclass(frozen=True, slots=True)
class Anthropic:
    """See `runtime.providers.protocols.Provider`. A form is the input of the only tool there is."""

    http: HttpClient

    async def chat(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        """See `runtime.providers.repair`."""

        async def ask(one: ChatRequest) -> ChatReply:
            return await self._ask(profile, one, ctx)

        return await in_form(ask, request, ctx)

    async def _ask(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        heard = hearing(request, ctx, _words_of)
        body = {**_body(profile, request), **({"stream": True} if heard else {})}
        reply = await self.http.request(
            "POST",
            f"{profile.base_url.rstrip('/')}/messages",
            headers={"Content-Type": "application/json", "Anthropic-Version": VERSION},
            body=json.dumps(body, ensure_ascii=False).encode(),
            credential=profile.credential,
            timeout_seconds=profile.patience_seconds,
            follow_redirects=False,
            on_part=heard.part if heard else None,
        )
        refuse_bad_status(reply, ctx.now)
        reply = at_once(reply, _whole)
        try:
            answer = json.loads(reply.content)
            blocks, stopped = answer["content"], answer.get("stop_reason")
            calls = _calls(blocks) if request.tools else ()
            text = _text(blocks, as_form=not request.tools)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise unreadable(reply) from None
        told = answer.get("usage")
        counts = told if isinstance(told, dict) else {}
        usage = usage_of(
            profile,
            str(answer.get("model") or profile.model),
            counts.get("input_tokens"),
            counts.get("output_tokens"),
        )
        if not text and not calls:
            raise nothing_said(usage)
        return ChatReply(text, None, usage, stopped == "max_tokens", calls, _thought(blocks))


def _words_of(event: Event) -> str:
    return str(event["delta"].get("text") or "") if event["type"] == "content_block_delta" else ""


def _whole(events: Sequence[Event]) -> Event | None:
    """The events of a message as the message they build up."""
    message: Event = {}
    blocks: list[Event] = []
    arguments: dict[int, str] = {}
    for event in events:
        kind, delta = event.get("type"), event.get("delta") or {}
        if kind == "message_start":
            message = dict(event["message"])
        elif kind == "content_block_start":
            blocks.append(dict(event["content_block"]))
        elif kind == "content_block_delta" and "text" in delta:
            blocks[-1]["text"] = blocks[-1].get("text", "") + delta["text"]
        elif kind == "content_block_delta" and "thinking" in delta:
            blocks[-1]["thinking"] = blocks[-1].get("thinking", "") + delta["thinking"]
        elif kind == "content_block_delta" and "partial_json" in delta:
            arguments[len(blocks) - 1] = arguments.get(len(blocks) - 1, "") + delta["partial_json"]
        elif kind == "message_delta":
            message |= delta
            message["usage"] = {**message.get("usage", {}), **event.get("usage", {})}
    if not any(event.get("type") == "message_stop" for event in events):
        return None
    for number, text in arguments.items():
        blocks[number]["input"] = json.loads(text) if text.strip() else {}
    return {**message, "content": blocks}


def _body(profile: Profile, request: ChatRequest) -> dict[str, Json]:
    system = "\n\n".join(m.content for m in request.messages if m.role == "system")
    turns = _turns([m for m in request.messages if m.role != "system"])
    body: dict[str, Json] = {
        "model": profile.model,
        "max_tokens": request.max_tokens or _LONGEST_ANSWER,
        "messages": turns,
    }
    if system:
        body["system"] = system
    if request.temperature is not None:
        body["temperature"] = min(request.temperature, 1.0)  # the most this service takes
    if request.tools:
        body["tools"] = [
            {"name": t.name, "description": t.description, "input_schema": dict(t.schema)}
            for t in request.tools
        ]
    elif request.schema is not None:
        shape: Json = dict(request.schema)
        body["tools"] = [{"name": _TOOL, "description": "Your answer.", "input_schema": shape}]
        body["tool_choice"] = {"type": "tool", "name": _TOOL}
    return body


def _turns(messages: Sequence[Message]) -> list[Json]:
    """Results of tools that were asked for together go back in one turn of the user."""
    turns: list[Json] = []
    results: list[Json] = []
    for message in messages:
        if message.call is None:
            results = []
            turns.append({"role": message.role, "content": _content(message)})
            continue
        if not results:
            turns.append({"role": "user", "content": results})
        call = message.call
        results.append({"type": "tool_result", "tool_use_id": call.id, "content": message.content})
    return turns


def _content(message: Message) -> Json:
    if message.pictures:
        return [*map(_seen, message.pictures), {"type": "text", "text": message.content}]
    if not message.calls:
        return message.content
    said: list[Json] = [{"type": "text", "text": message.content}] if message.content else []
    return said + [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments}
        for call in message.calls
    ]


def _seen(picture: Picture) -> Json:
    source = {"type": "base64", "media_type": picture.media_type, "data": picture.data}
    return {"type": "image", "source": dict(source)}


def _thought(blocks: Sequence[dict[str, Json]]) -> str:
    said = (str(block.get("thinking") or "") for block in blocks if block.get("type") == "thinking")
    return "\n\n".join(said).strip()


def _calls(blocks: Sequence[dict[str, Json]]) -> Sequence[ToolCall]:
    return [
        ToolCall(str(block.get("id")), str(block.get("name")), block.get("input") or {})
        for block in blocks
        if block.get("type") == "tool_use"
    ]


def _text(blocks: Sequence[dict[str, Json]], *, as_form: bool) -> str:
    """The words of an answer; of one given through the form's tool, its input as JSON."""
    for block in blocks:
        if as_form and block.get("type") == "tool_use":
            return json.dumps(block.get("input"), ensure_ascii=False)
    return "".join(str(b.get("text", "")) for b in blocks if b.get("type") == "text").strip()
