"""Holds an answer to a schema: checked, and sent back once to be corrected, whoever answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from runtime.providers.protocols import ChatReply, ChatRequest, CostlyError, Message, Usage
from runtime.providers.schema import NotFittingError, checked_schema, fitting
from runtime.sdk import Context

_REPAIR = (
    "Your answer cannot be used. {why} Answer again with JSON only, no other words, "
    "that fits this JSON Schema: {schema}"
)
Ask = Callable[[ChatRequest], Awaitable[ChatReply]]


async def in_form(ask: Ask, request: ChatRequest, ctx: Context) -> ChatReply:
    """The answer, as data too where a schema is given; raises NodeError where it never fits."""
    if request.schema is None or request.tools:
        return await ask(request)
    schema = checked_schema(request.schema)
    first = await ask(request)
    try:
        return replace(first, value=fitting(first.text, schema))
    except NotFittingError as why:
        ctx.log.info("The model's answer did not fit and was sent back.", why=str(why))
        second = await ask(corrected(request, first, str(why)))
    usage = _added(first.usage, second.usage)
    try:
        return replace(second, value=fitting(second.text, schema), usage=usage)
    except NotFittingError as why:
        raise _unfit(replace(second, usage=usage), str(why)) from None


def form_in_words(request: ChatRequest) -> Message:
    """The form, said to a model that cannot be held to one."""
    return Message(
        "system", f"Answer with JSON only that fits this JSON Schema: {json.dumps(request.schema)}"
    )


def _added(first: Usage, second: Usage) -> Usage:
    cost = (first.cost or 0) + (second.cost or 0)
    return replace(
        second,
        tokens_in=first.tokens_in + second.tokens_in,
        tokens_out=first.tokens_out + second.tokens_out,
        cost=cost,
    )


def corrected(request: ChatRequest, first: ChatReply, why: str) -> ChatRequest:
    """The question again, with the answer that cannot be used and why."""
    ask = _REPAIR.format(why=why, schema=json.dumps(request.schema))
    turns: Sequence[Message] = (Message("assistant", first.text), Message("user", ask))
    return replace(request, messages=(*request.messages, *turns))


def _unfit(reply: ChatReply, why: str) -> CostlyError:
    cut = " It was cut off: allow a longer answer." if reply.cut_off else ""
    return CostlyError(
        f"The model's answer does not fit the form that was asked for.{cut} ({why[:200]})",
        reply.usage,
        fix="Ask more plainly, ask for fewer fields, or choose a stronger model.",
    )
