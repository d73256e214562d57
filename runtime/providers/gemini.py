"""Google's Gemini API (docs: models.generateContent, v1beta)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from runtime.providers.protocols import ChatReply, ChatRequest, Profile
from runtime.providers.read import nothing_said, unreadable, usage_of
from runtime.providers.repair import in_form
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
        reply = await self.http.request(
            "POST",
            f"{base}/models/{quote(profile.model, safe='')}:generateContent",
            headers={"Content-Type": "application/json"},
            body=json.dumps(_body(request), ensure_ascii=False).encode(),
            credential=profile.credential,
            timeout_seconds=profile.patience_seconds,
            follow_redirects=False,
        )
        refuse_bad_status(reply, ctx.now)
        try:
            answer = json.loads(reply.content)
            candidate = (answer.get("candidates") or [{}])[0]
            parts = (candidate.get("content") or {}).get("parts") or []
            # Parts marked as thoughts are not the answer.
            text = "".join(str(p.get("text", "")) for p in parts if not p.get("thought")).strip()
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
            raise unreadable(reply) from None
        if not text:
            raise nothing_said()
        told = answer.get("usageMetadata")
        counts = told if isinstance(told, dict) else {}
        usage = usage_of(
            profile,
            str(answer.get("modelVersion") or profile.model),
            counts.get("promptTokenCount"),
            counts.get("candidatesTokenCount"),
        )
        return ChatReply(text, None, usage, candidate.get("finishReason") == "MAX_TOKENS")


def _body(request: ChatRequest) -> Mapping[str, Json]:
    system = "\n\n".join(m.content for m in request.messages if m.role == "system")
    roles = {"assistant": "model", "user": "user"}
    turns: list[Json] = [
        {"role": roles[m.role], "parts": [{"text": m.content}]}
        for m in request.messages
        if m.role in roles
    ]
    settings: dict[str, Json] = {}
    if request.temperature is not None:
        settings["temperature"] = request.temperature
    if request.max_tokens is not None:
        settings["maxOutputTokens"] = request.max_tokens
    if request.schema is not None:
        settings["responseMimeType"] = "application/json"
        settings["responseJsonSchema"] = dict(request.schema)
    body: dict[str, Json] = {"contents": turns, "generationConfig": settings}
    if system:
        body["systemInstruction"] = {"parts": [{"text": system}]}
    return body
