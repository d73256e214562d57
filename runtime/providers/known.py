"""Questions that were asked before: found again by what they are, and asked once at a time."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from runtime.providers.protocols import (
    Alike,
    ChatReply,
    ChatRequest,
    Matched,
    Profile,
    ToolCall,
    Usage,
)
from runtime.sdk import Context, NodeError, NotNowError
from runtime.sdk.meaning import Measured

LOOK_AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """A question: among which it is looked for, its words, and what it means to which model."""

    scope: str
    question: str
    vector: bytes
    model: str


class Answers(Protocol):
    """Where answers are kept, of one workspace."""

    async def find(self, digest: str, now: float) -> dict[str, Any] | None:
        """An answer whose time is not over."""
        ...

    async def keep(self, digest: str, reply: dict[str, Any], until: float) -> None:
        """Keep an answer until then (Unix time)."""
        ...

    async def find_alike(
        self, asked: AskedBefore, least: float, now: float
    ) -> tuple[dict[str, Any], Matched] | None:
        """The answer to the question that is most alike, if it is alike enough."""
        ...

    async def keep_alike(self, asked: AskedBefore, reply: dict[str, Any], until: float) -> None:
        """Keep the answer for questions that mean the same, until then (Unix time)."""
        ...


def digest_of(profile: Profile, request: ChatRequest) -> str:
    """The same for the same question to the same model with the same settings."""
    asked = {
        "profile": profile.id,
        "model": profile.model,
        "messages": [message.plain() for message in request.messages],
        "schema": request.schema,
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "part": request.part,
        "tools": [asdict(tool) for tool in request.tools],
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


Measure = Callable[[str, str | None, Context], Awaitable[Measured]]


class KnownAnswers:
    """Answers from memory, and one call for all who ask the same at the same moment."""

    def __init__(self, answers: Answers, measure: Measure | None = None) -> None:
        self._answers = answers
        self._measure = measure
        self._under_way: dict[str, asyncio.Future[ChatReply]] = {}

    async def answer(
        self,
        profile: Profile,
        request: ChatRequest,
        ctx: Context,
        ask: Callable[[], Awaitable[ChatReply]],
    ) -> ChatReply:
        """From memory, from whoever asks it already, or by asking."""
        digest = digest_of(profile, request)
        while (under_way := self._under_way.get(digest)) is not None:
            try:
                return _for_nothing(await asyncio.shield(under_way))
            except asyncio.CancelledError:
                if not under_way.cancelled():
                    raise  # it is we who are stopped; else who asked was, and we ask ourselves
        mine: asyncio.Future[ChatReply] = asyncio.get_running_loop().create_future()
        self._under_way[digest] = mine
        try:
            reply = await self._found_or_asked(profile, request, ctx, ask)
            mine.set_result(reply)
            return reply
        except asyncio.CancelledError:
            mine.cancel()
            raise
        except NotNowError as later:
            # One waits in line for all; the others look again in a moment.
            mine.set_exception(NotNowError(later.why, due_at=ctx.now + LOOK_AGAIN_SECONDS))
            mine.exception()
            raise
        except Exception as error:
            mine.set_exception(error)
            mine.exception()  # nobody else may have waited for it
            raise
        finally:
            del self._under_way[digest]

    async def _found_or_asked(
        self,
        profile: Profile,
        request: ChatRequest,
        ctx: Context,
        ask: Callable[[], Awaitable[ChatReply]],
    ) -> ChatReply:
        digest = digest_of(profile, request)
        known = await self._answers.find(digest, ctx.now)
        if known is not None:
            ctx.log.info("The same was asked before; the answer of then is taken.")
            return _reply(known)
        asked = await self._asked(profile, request, ctx)
        if asked is not None and request.alike is not None:
            found = await self._answers.find_alike(asked, request.alike.least, ctx.now)
            if found is not None:
                return _as_before(*found, ctx)
        reply = await ask()
        kept = {
            "text": reply.text,
            "value": reply.value,
            "model": reply.usage.model,
            "cut_off": reply.cut_off,
            "reasoning": reply.reasoning,
            "calls": [asdict(call) for call in reply.calls],
        }
        until = ctx.now + request.keep_seconds
        await self._answers.keep(digest, kept, until)
        if asked is not None:
            await self._answers.keep_alike(asked, kept, until)
        return reply

    async def _asked(
        self, profile: Profile, request: ChatRequest, ctx: Context
    ) -> AskedBefore | None:
        """The question by its meaning; None where only the very same counts."""
        alike = request.alike
        if alike is None or self._measure is None or request.tools:
            return None
        if request.messages[-1].pictures:
            return None  # the same words about another picture are another question
        text = request.messages[-1].content
        try:
            found = await self._measure(text, alike.measured_by, ctx)
        except NodeError as error:
            # What was to save a call must not fail the step.
            ctx.log.warning("What the question means could not be measured.", why=error.message)
            return None
        scope = scope_of(profile, request, alike, found.model, ctx)
        return AskedBefore(scope, text, found.vectors[0], found.model)


def scope_of(profile: Profile, request: ChatRequest, alike: Alike, space: str, ctx: Context) -> str:
    """The same where all but the last question is the same, within what the step allows."""
    _, node, *_ = ctx.idempotency_key.split("/")
    places = {"step": f"{ctx.flow_id}/{node}", "flow": ctx.flow_id, "workspace": ""}
    rest = digest_of(profile, replace(request, messages=request.messages[:-1]))
    whole = "\0".join((rest, places[alike.scope], space))
    return hashlib.sha256(whole.encode()).hexdigest()


def _reply(known: dict[str, Any], matched: Matched | None = None) -> ChatReply:
    usage = Usage(str(known["model"]), cost=0.0, cached=True, matched=matched)
    calls = [ToolCall(**call) for call in known.get("calls", ())]
    text, cut_off = str(known["text"]), bool(known["cut_off"])
    thought = str(known.get("reasoning") or "")
    return ChatReply(text, known["value"], usage, cut_off, calls, thought)


def _as_before(known: dict[str, Any], matched: Matched, ctx: Context) -> ChatReply:
    ctx.log.info(
        "A question that means the same was asked before; the answer of then is taken.",
        question=matched.question,
        alike=matched.similarity,
    )
    return _reply(known, matched)


def _for_nothing(reply: ChatReply) -> ChatReply:
    """The answer for those who did not pay for it."""
    usage = Usage(reply.usage.model, cost=0.0, cached=True)
    return replace(reply, usage=usage)
