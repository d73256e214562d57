"""Chat completions as OpenAI defined them and many services and local servers speak them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from runtime.providers.protocols import ChatReply, ChatRequest, Message, Profile, Usage
from runtime.providers.schema import NotFittingError, checked_schema, fitting, response_format
from runtime.sdk import Context, ErrorClass, HttpClient, HttpReply, Json, NodeError
from runtime.sdk.statuses import refuse_bad_status, said

_LONGEST = 86_400.0  # the step's own time limit decides
_REPAIR = (
    "Your answer cannot be used. {why} Answer again with JSON only, no other words, "
    "that fits this JSON Schema: {schema}"
)


@dataclass(frozen=True, slots=True)
class OpenAiCompatible:
    """See `runtime.providers.protocols.Provider`. `key` is only for servers of our own."""

    http: HttpClient
    base_url: str = ""
    key: str = ""

    async def chat(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        """Ask once; an answer that does not fit the schema is sent back once to be corrected."""
        if request.schema is None:
            return await self._ask(profile, request, ctx)
        schema = checked_schema(request.schema)
        first = await self._ask(profile, request, ctx)
        try:
            return replace(first, value=fitting(first.text, schema))
        except NotFittingError as why:
            ctx.log.info("The model's answer did not fit and was sent back.", why=str(why))
            second = await self._ask(profile, _corrected(request, first, str(why)), ctx)
        usage = _added(first.usage, second.usage)
        try:
            return replace(second, value=fitting(second.text, schema), usage=usage)
        except NotFittingError as why:
            raise _unfit(second, str(why)) from None

    async def _ask(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        reply = await self._post(profile, _body(profile, request), request.part, ctx)
        refused_form = reply.status in (400, 404, 422) and "response_format" in said(reply)
        if refused_form and request.schema is not None:
            # A service without structured answers: ask for the form in words.
            plain = _body(profile, _in_words(request))
            reply = await self._post(profile, plain, request.part, ctx)
        refuse_bad_status(reply, ctx.now)
        return _read(reply, profile)

    async def _post(
        self, profile: Profile, body: Mapping[str, Json], part: int, ctx: Context
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
            timeout_seconds=_LONGEST,
            follow_redirects=False,
        )


def _body(profile: Profile, request: ChatRequest) -> dict[str, Json]:
    messages: list[Json] = [{"role": m.role, "content": m.content} for m in request.messages]
    body: dict[str, Json] = {"model": profile.model, "messages": messages}
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.max_tokens is not None:
        body["max_tokens"] = request.max_tokens
    if request.schema is not None:
        body["response_format"] = response_format(request.schema)
    return body


def _read(reply: HttpReply, profile: Profile) -> ChatReply:
    """The first choice; raises NodeError for answers that are none."""
    try:
        answer = json.loads(reply.content)
        choice = answer["choices"][0]
        message = choice["message"]
        text = message.get("content") or message.get("refusal")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        detail = said(reply)
        raise NodeError(
            f"The model's answer cannot be read{f': {detail}' if detail else ''}.",
            error_class=ErrorClass.BAD_ANSWER,
        ) from None
    if not isinstance(text, str):
        raise NodeError("The model answered nothing.", error_class=ErrorClass.BAD_ANSWER)
    usage = _usage(answer.get("usage"), str(answer.get("model") or profile.model), profile)
    return ChatReply(text.strip(), None, usage, choice.get("finish_reason") == "length")


def _usage(told: object, model: str, profile: Profile) -> Usage:
    counts = told if isinstance(told, dict) else {}
    tokens_in = _count(counts.get("prompt_tokens"))
    tokens_out = _count(counts.get("completion_tokens"))
    cost = (tokens_in * profile.price_in + tokens_out * profile.price_out) / 1_000_000
    name = profile.model or profile.name if profile.is_practice else model[:200]
    return Usage(name, tokens_in, tokens_out, round(cost, 9))


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _added(first: Usage, second: Usage) -> Usage:
    cost = (first.cost or 0) + (second.cost or 0)
    return replace(
        second,
        tokens_in=first.tokens_in + second.tokens_in,
        tokens_out=first.tokens_out + second.tokens_out,
        cost=cost,
    )


def _corrected(request: ChatRequest, first: ChatReply, why: str) -> ChatRequest:
    ask = _REPAIR.format(why=why, schema=json.dumps(request.schema))
    turns: Sequence[Message] = (Message("assistant", first.text), Message("user", ask))
    return replace(request, messages=(*request.messages, *turns))


def _in_words(request: ChatRequest) -> ChatRequest:
    form = f"Answer with JSON only that fits this JSON Schema: {json.dumps(request.schema)}"
    return replace(request, schema=None, messages=(Message("system", form), *request.messages))


def _unfit(reply: ChatReply, why: str) -> NodeError:
    cut = " It was cut off: allow a longer answer." if reply.cut_off else ""
    return NodeError(
        f"The model's answer does not fit the form that was asked for.{cut} ({why[:200]})",
        error_class=ErrorClass.BAD_ANSWER,
        fix="Ask more plainly, ask for fewer fields, or choose a stronger model.",
    )
