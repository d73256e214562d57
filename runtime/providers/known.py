"""Questions that were asked before: found again by what they are, and asked once at a time."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any, Protocol

from runtime.providers.protocols import ChatReply, ChatRequest, Profile, ToolCall, Usage
from runtime.sdk import Context, NotNowError

LOOK_AGAIN_SECONDS = 5.0


class Answers(Protocol):
    """Where answers are kept, of one workspace."""

    async def find(self, digest: str, now: float) -> dict[str, Any] | None:
        """An answer whose time is not over."""
        ...

    async def keep(self, digest: str, reply: dict[str, Any], until: float) -> None:
        """Keep an answer until then (Unix time)."""
        ...


def digest_of(profile: Profile, request: ChatRequest) -> str:
    """The same for the same question to the same model with the same settings."""
    asked = {
        "profile": profile.id,
        "model": profile.model,
        "messages": [asdict(message) for message in request.messages],
        "schema": request.schema,
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "part": request.part,
        "tools": [asdict(tool) for tool in request.tools],
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


class KnownAnswers:
    """Answers from memory, and one call for all who ask the same at the same moment."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
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
            reply = await self._found_or_asked(digest, request, ctx, ask)
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
        digest: str,
        request: ChatRequest,
        ctx: Context,
        ask: Callable[[], Awaitable[ChatReply]],
    ) -> ChatReply:
        known = await self._answers.find(digest, ctx.now)
        if known is not None:
            ctx.log.info("The same was asked before; the answer of then is taken.")
            usage = Usage(str(known["model"]), cost=0.0, cached=True)
            calls = [ToolCall(**call) for call in known.get("calls", ())]
            text, cut_off = str(known["text"]), bool(known["cut_off"])
            return ChatReply(text, known["value"], usage, cut_off, calls)
        reply = await ask()
        kept = {
            "text": reply.text,
            "value": reply.value,
            "model": reply.usage.model,
            "cut_off": reply.cut_off,
            "calls": [asdict(call) for call in reply.calls],
        }
        await self._answers.keep(digest, kept, ctx.now + request.keep_seconds)
        return reply


def _for_nothing(reply: ChatReply) -> ChatReply:
    """The answer for those who did not pay for it."""
    usage = Usage(reply.usage.model, cost=0.0, cached=True)
    return replace(reply, usage=usage)
