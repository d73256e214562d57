"""Google's Gemini API (docs: models.generateContent, v1beta)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from runtime.providers.protocols import ChatReply, ChatRequest, Message, Picture, Profile, ToolCall
from runtime.providers.read import nothing_said, unreadable, usage_of
from runtime.providers.repair import in_form
from runtime.providers.streams import Event, at_once, hearing
from runtime.sdk import Context, HttpClient, Json
from runtime.sdk.statuses import refuse_bad_status


@dataclass(frozen=True, slots=True)
class Gemini:
    """See `runtime.providers.protocols.Provider`."""

    http: HttpClient

    async def chat(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        """See `runtime.providers.repair`."""

        async def ask(one: ChatRequest) -> ChatReply:
            return await self._ask(profile, one, ctx)

        return await in_form(ask, request, ctx)

    async def _ask(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        base = profile.base_url.rstrip("/")
        heard = hearing(request, ctx, _words_of)
        how = "streamGenerateContent?alt=sse" if heard else "generateContent"
        reply = await self.http.request(
            "POST",
            f"{base}/models/{quote(profile.model, safe='')}:{how}",
            headers={"Content-Type": "application/json"},
            body=json.dumps(_body(request), ensure_ascii=False).encode(),
            credential=profile.credential,
            timeout_seconds=profile.patience_seconds,
            follow_redirects=False,
            on_part=heard.part if heard else None,
        )
        refuse_bad_status(reply, ctx.now)
        reply = at_once(reply, _whole)
        try:
            answer = json.loads(reply.content)
            candidate = (answer.get("candidates") or [{}])[0]
            parts = (candidate.get("content") or {}).get("parts") or []
            # Parts marked as thoughts are not the answer.
            text = "".join(str(p.get("text", "")) for p in parts if not p.get("thought")).strip()
            thought = "".join(str(p.get("text", "")) for p in parts if p.get("thought")).strip()
            calls = _calls(parts)
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
            raise unreadable(reply) from None
        told = answer.get("usageMetadata")
        counts = told if isinstance(told, dict) else {}
        usage = usage_of(
            profile,
            str(answer.get("modelVersion") or profile.model),
            counts.get("promptTokenCount"),
            counts.get("candidatesTokenCount"),
        )
        cut_off = candidate.get("finishReason") == "MAX_TOKENS"
        if not text and not calls:
            raise nothing_said(usage)
        return ChatReply(text, None, usage, cut_off, calls, thought)


def _words_of(event: Event) -> str:
    parts = event["candidates"][0]["content"]["parts"]
    return "".join(str(part.get("text", "")) for part in parts if not part.get("thought"))


def _whole(events: Sequence[Event]) -> Event | None:
    """Each event is an answer of its own shape: their parts in order, the rest of the last."""
    parts: list[Any] = []
    answer: Event = {}
    finish = None
    for event in events:
        answer |= event
        for candidate in (event.get("candidates") or ())[:1]:
            parts += (candidate.get("content") or {}).get("parts") or []
            finish = candidate.get("finishReason") or finish
    if finish is None:
        return None
    return {**answer, "candidates": [{"content": {"parts": parts}, "finishReason": finish}]}


def _body(request: ChatRequest) -> Mapping[str, Json]:
    system = "\n\n".join(m.content for m in request.messages if m.role == "system")
    turns = _turns([m for m in request.messages if m.role != "system"])
    settings: dict[str, Json] = {}
    if request.temperature is not None:
        settings["temperature"] = request.temperature
    if request.max_tokens is not None:
        settings["maxOutputTokens"] = request.max_tokens
    if request.schema is not None and not request.tools:
        settings["responseMimeType"] = "application/json"
        settings["responseJsonSchema"] = dict(request.schema)
    body: dict[str, Json] = {"contents": turns, "generationConfig": settings}
    if system:
        body["systemInstruction"] = {"parts": [{"text": system}]}
    if request.tools:
        offers: list[Json] = [
            {"name": t.name, "description": t.description, "parametersJsonSchema": dict(t.schema)}
            for t in request.tools
        ]
        body["tools"] = [{"functionDeclarations": offers}]
    return body


def _turns(messages: Sequence[Message]) -> list[Json]:
    """Results of tools that were asked for together go back in one turn of the user."""
    turns: list[Json] = []
    results: list[Json] = []
    for message in messages:
        if message.call is None:
            results = []
            role = "model" if message.role == "assistant" else "user"
            turns.append({"role": role, "parts": _parts(message)})
            continue
        if not results:
            turns.append({"role": "user", "parts": results})
        given: Json = {"result": message.content}
        results.append({"functionResponse": {"name": message.call.name, "response": given}})
    return turns


def _parts(message: Message) -> list[Json]:
    said: list[Json] = [{"text": message.content}] if message.content or not message.calls else []
    said = [*map(_seen, message.pictures), *said]
    return said + [
        {"functionCall": {"name": call.name, "args": call.arguments}} for call in message.calls
    ]


def _seen(picture: Picture) -> Json:
    return {"inlineData": {"mimeType": picture.media_type, "data": picture.data}}


def _calls(parts: Sequence[dict[str, Any]]) -> Sequence[ToolCall]:
    wanted = [part["functionCall"] for part in parts if part.get("functionCall")]
    return [
        ToolCall(str(call.get("id") or f"call_{n}"), str(call["name"]), call.get("args") or {})
        for n, call in enumerate(wanted)
    ]
