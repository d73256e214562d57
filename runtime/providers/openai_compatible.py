"""Chat completions as OpenAI defined them and many services and local servers speak them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runtime.providers.protocols import (
    ChatReply,
    ChatRequest,
    Message,
    Profile,
    ToolCall,
    ToolOffer,
)
from runtime.providers.read import nothing_said, unreadable, usage_of
from runtime.providers.repair import form_in_words, in_form
from runtime.providers.schema import response_format
from runtime.providers.streams import Event, Hearing, at_once, hearing, refuses_streams
from runtime.providers.thoughts import apart
from runtime.sdk import Context, HttpClient, HttpReply, Json
from runtime.sdk.statuses import refuse_bad_status, said


@dataclass(frozen=True, slots=True)
class OpenAiCompatible:
    """See `runtime.providers.protocols.Provider`. `key` is only for servers of our own."""

    http: HttpClient
    base_url: str = ""
    key: str = ""

    async def chat(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        """See `runtime.providers.repair`."""

        async def ask(one: ChatRequest) -> ChatReply:
            return await self._ask(profile, one, ctx)

        return await in_form(ask, request, ctx)

    async def _ask(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        reply = await self._heard_or_read(profile, request, ctx)
        refused_form = reply.status in (400, 404, 422) and "response_format" in said(reply)
        if refused_form and request.schema is not None:
            # A service without structured answers: ask for the form in words.
            plain = _body(profile, _in_words(request))
            reply = await self._post(profile, plain, request.part, ctx)
        refuse_bad_status(reply, ctx.now)
        return _read(reply, profile)

    async def _heard_or_read(
        self, profile: Profile, request: ChatRequest, ctx: Context
    ) -> HttpReply:
        body = _body(profile, request)
        heard = hearing(request, ctx, _words_of)
        if heard is not None:
            with_usage: Json = {"include_usage": True}
            streamed = {**body, "stream": True, "stream_options": with_usage}
            reply = await self._post(profile, streamed, request.part, ctx, heard)
            if not refuses_streams(reply, said(reply)):
                return at_once(reply, _whole)
        return await self._post(profile, body, request.part, ctx)

    async def _post(
        self,
        profile: Profile,
        body: Mapping[str, Json],
        part: int,
        ctx: Context,
        heard: Hearing | None = None,
    ) -> HttpReply:
        key = f"{ctx.idempotency_key}/{part}" if part else ctx.idempotency_key
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        return await self.http.request(
            "POST",
            f"{(self.base_url or profile.base_url).rstrip('/')}/chat/completions",
            headers=headers,
            body=json.dumps(body, ensure_ascii=False).encode(),
            credential=profile.credential,
            timeout_seconds=profile.patience_seconds,
            follow_redirects=False,
            on_part=heard.part if heard else None,
        )


def _words_of(event: Event) -> str:
    return str(event["choices"][0]["delta"].get("content") or "")


def _whole(events: Sequence[Event]) -> Event | None:
    """Chunks as one completion; usage comes with the last of them, in a chunk of its own."""
    text: list[str] = []
    thought: list[str] = []
    calls: dict[int, dict[str, Any]] = {}
    answer: Event = {}
    finish = None
    for event in events:
        answer |= {name: event[name] for name in ("model", "usage") if event.get(name)}
        for choice in (event.get("choices") or ())[:1]:
            delta = choice.get("delta") or {}
            text.append(str(delta.get("content") or ""))
            thought.append(str(delta.get("reasoning_content") or delta.get("reasoning") or ""))
            finish = choice.get("finish_reason") or finish
            for number, piece in enumerate(delta.get("tool_calls") or ()):
                _add_call(calls.setdefault(piece.get("index", number), {}), piece)
    if finish is None and not any(event.get("end") for event in events):
        return None
    message = {
        "content": "".join(text),
        "reasoning": "".join(thought),
        "tool_calls": [calls[number] for number in sorted(calls)],
    }
    return {**answer, "choices": [{"message": message, "finish_reason": finish}]}


def _add_call(call: dict[str, Any], piece: Mapping[str, Any]) -> None:
    """A use of a tool comes in pieces: first its name, then its arguments bit by bit."""
    given = piece.get("function") or {}
    so_far = call.setdefault("function", {"name": "", "arguments": ""})
    so_far["name"] += given.get("name") or ""
    so_far["arguments"] += given.get("arguments") or ""
    if piece.get("id"):
        call["id"] = piece["id"]


def _body(profile: Profile, request: ChatRequest) -> dict[str, Json]:
    messages: list[Json] = [_turn(message) for message in request.messages]
    body: dict[str, Json] = {"model": profile.model, "messages": messages}
    if request.tools:
        body["tools"] = [_offer(tool) for tool in request.tools]
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.max_tokens is not None:
        body["max_tokens"] = request.max_tokens
    if request.schema is not None and not request.tools:
        body["response_format"] = response_format(request.schema)
    return body


def _turn(message: Message) -> dict[str, Json]:
    if message.call is not None:
        return {"role": "tool", "tool_call_id": message.call.id, "content": message.content}
    turn: dict[str, Json] = {"role": message.role, "content": _said(message)}
    if message.calls:
        turn["content"] = message.content or None
        turn["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
            }
            for call in message.calls
        ]
    return turn


def _said(message: Message) -> Json:
    """Words, or with pictures a list of parts."""
    if not message.pictures:
        return message.content
    seen: list[Json] = [
        {"type": "image_url", "image_url": {"url": f"data:{one.media_type};base64,{one.data}"}}
        for one in message.pictures
    ]
    return [*seen, {"type": "text", "text": message.content}]


def _offer(tool: ToolOffer) -> dict[str, Json]:
    function: dict[str, Json] = {
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.schema),
    }
    return {"type": "function", "function": function}


def _read(reply: HttpReply, profile: Profile) -> ChatReply:
    """The first choice; raises NodeError for answers that are none."""
    try:
        answer = json.loads(reply.content)
        choice = answer["choices"][0]
        message = choice["message"]
        text = _words(message.get("content")) or message.get("refusal")
        calls = [_call(call, n) for n, call in enumerate(message.get("tool_calls") or ())]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise unreadable(reply) from None
    if calls and not isinstance(text, str):
        text = ""
    told = answer.get("usage")
    counts = told if isinstance(told, dict) else {}
    model = str(answer.get("model") or profile.model)
    usage = usage_of(profile, model, counts.get("prompt_tokens"), counts.get("completion_tokens"))
    if not isinstance(text, str):
        raise nothing_said(usage)
    cut_off = choice.get("finish_reason") == "length"
    text, thought = apart(text)
    thought = thought or str(message.get("reasoning_content") or message.get("reasoning") or "")
    return ChatReply(text.strip(), None, usage, cut_off, calls, thought.strip())


def _words(content: Any) -> Any:
    """The text; some services send it in blocks, as they take it."""
    if not isinstance(content, list):
        return content
    return "".join(str(block.get("text") or "") for block in content)


def _call(call: dict[str, Any], number: int) -> ToolCall:
    """Arguments come as JSON in a text; what is none is handed on as it is, to be complained of."""
    function = call["function"]
    given = function.get("arguments")
    try:
        arguments: Json = json.loads(given) if isinstance(given, str) and given.strip() else given
    except ValueError:
        arguments = given
    named = str(call.get("id") or f"call_{number}")
    return ToolCall(named, str(function["name"]), {} if arguments in (None, "") else arguments)


def _in_words(request: ChatRequest) -> ChatRequest:
    return replace(request, schema=None, messages=(form_in_words(request), *request.messages))
