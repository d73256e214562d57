"""The one path from steps to models: from memory, or for a place and a budget, then by asking;
whoever stands in, and what it took.

There is no retry in here: the step's policy is the only one. A call that has no place yet raises
NotNowError: its try waits without holding anything, and begins again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence, Set
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from runtime.network.client import GuardedClient
from runtime.practice.meaning import MODEL
from runtime.providers.anthropic import Anthropic
from runtime.providers.counting import CountingClient
from runtime.providers.embedding import GeminiEmbeddings, OpenAiEmbeddings
from runtime.providers.gemini import Gemini
from runtime.providers.known import Answers, KnownAnswers
from runtime.providers.ledger import (
    Ledger,
    call_of,
    counted,
    not_yet,
    price,
    spent_in_vain,
    spent_on,
    terms_of,
    tokens_of,
    written_down,
)
from runtime.providers.measuring import Measuring, Vectors
from runtime.providers.openai_compatible import OpenAiCompatible
from runtime.providers.profiles import built_in, known_profile, open_profile
from runtime.providers.prompts import open_wording
from runtime.providers.protocols import ChatReply, ChatRequest, Measurer, Profile, Provider
from runtime.providers.room import fitting, tokenized
from runtime.providers.shim import in_a_form, out_of_form
from runtime.sdk import Context, ErrorClass, HttpClient, NodeError
from runtime.sdk.meaning import MeaningKind, Measured
from runtime.sdk.prompts import FromLibrary, Wording
from runtime.store.model_calls import Go

if TYPE_CHECKING:
    from runtime.practice.model import PracticeServer


class ModelGateway:
    """See `runtime.sdk.context.Models`."""

    def __init__(
        self,
        workspace_id: str,
        http: HttpClient,
        answers: Answers | None = None,
        ledger: Ledger | None = None,
        vectors: Vectors | None = None,
    ) -> None:
        self._ledger = ledger
        self._known = KnownAnswers(answers, self._meaning) if answers is not None else None
        self._measuring = Measuring(http, self._measurer, ledger, vectors)
        self._workspace = workspace_id
        self._http = http

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        """Ask a model, or remember what it said; raises NodeError."""
        profile = await self._profile(request.profile)
        if profile.measures:
            raise _not_for_this(f"“{profile.name}” measures what texts mean; it answers nothing.")
        if self._known is None or request.keep_seconds <= 0:
            return await self._ask(profile, request, ctx)
        reply = await self._known.answer(
            profile, request, ctx, lambda: self._ask(profile, request, ctx)
        )
        if reply.usage.cached and self._ledger is not None:
            call = call_of(self._ledger.workspace, profile, request, ctx)
            written = round(len(reply.text.encode()) / 4)
            saved = price(profile, tokens_of(request), written)
            await self._ledger.remembered(call, reply.usage.model, saved)
        return reply

    async def embed(
        self,
        texts: Sequence[str],
        ctx: Context,
        *,
        kind: MeaningKind = "passage",
        profile: str | None = None,
    ) -> Measured:
        """See `runtime.sdk.context.Models`."""
        found = await self._profile(profile) if profile else built_in(self._workspace)
        if not found.measures:
            raise _not_for_this(f"“{found.name}” answers; it does not measure what texts mean.")
        if found.is_practice:
            found = replace(found, model=MODEL)
        return await self._measuring.measure(found, texts, kind, ctx)

    async def prompt(self, wanted: FromLibrary, ctx: Context) -> Wording:
        """See `runtime.sdk.context.Models`."""
        return await asyncio.to_thread(open_wording, self._workspace, wanted, ctx.run_id)

    async def _meaning(self, text: str, profile: str | None, ctx: Context) -> Measured:
        return await self.embed([text], ctx, kind="query", profile=profile)

    async def _ask(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        """Ask a model, and those that stand in for it."""
        began = time.monotonic()
        asked = {profile.id}
        while True:
            try:
                reply = await self._accounted(profile, request, ctx)
                break
            except NodeError as error:
                instead = await self._stand_in(profile, error, asked)
                if instead is None:
                    raise
                told = f"“{profile.name}” could not answer, so “{instead.name}” was asked instead."
                ctx.log.warning(told, why=error.message[:500])
                asked.add(instead.id)
                profile = instead
        took = round((time.monotonic() - began) * 1000)
        return replace(reply, usage=replace(reply.usage, milliseconds=took))

    async def _accounted(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        """With a place and within the budgets, and what it took written down once."""
        http = CountingClient(self._http)
        request = await fitting(profile, request, partial(self._tokens, profile), ctx)
        ledger = self._ledger
        if ledger is None:
            return await chat(await self._provider(profile, http), profile, request, ctx)
        call = call_of(ledger.workspace, profile, request, ctx)
        verdict = await ledger.ask(call, terms_of(profile))
        if not isinstance(verdict, Go):
            return not_yet(verdict, profile, ctx)
        began = time.monotonic()
        try:
            reply = await chat(await self._provider(profile, http), profile, request, ctx)
        except BaseException as error:
            took = round((time.monotonic() - began) * 1000)
            spent, cool = spent_in_vain(error, call, http.made, took)
            await written_down(ledger, call.id, spent, cool)
            raise
        took = round((time.monotonic() - began) * 1000)
        reply = counted(reply, profile, request)
        reply = replace(reply, usage=replace(reply.usage, milliseconds=took))
        await written_down(ledger, call.id, spent_on(reply, http.made), 0.0)
        return reply

    async def _tokens(self, profile: Profile, text: str) -> int | None:
        """By the model's own tokenizer, where its server has one."""
        http = CountingClient(self._http)
        if profile.is_practice:
            server = await self._here(http, "answers")
            return await tokenized(http, profile, text, base_url=server.url, key=server.key)
        own = profile.provider == "openai_compatible"
        return await tokenized(http, profile, text) if own else None

    async def _profile(self, wanted: str | None) -> Profile:
        known = known_profile(self._workspace, wanted)
        if known is not None:
            return known
        return await asyncio.to_thread(open_profile, self._workspace, wanted)

    async def _stand_in(
        self, profile: Profile, error: NodeError, asked: Set[str]
    ) -> Profile | None:
        """Who is asked instead: nobody twice, and nobody where the question itself was refused."""
        if profile.fallback is None or profile.fallback in asked or not _is_theirs(error):
            return None
        instead = await self._profile(profile.fallback)
        return None if instead.measures else instead

    async def _provider(self, profile: Profile, http: CountingClient) -> Provider:
        if profile.is_practice:
            return await self._practice(http)
        if profile.provider == "openai_compatible":
            return OpenAiCompatible(http)
        if profile.provider == "anthropic":
            return Anthropic(http)
        if profile.provider == "gemini":
            return Gemini(http)
        raise NodeError(
            f"Segue does not know how to talk to “{profile.name}”.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Choose another model.",
            field="model",
        )

    async def _measurer(self, profile: Profile, http: CountingClient) -> Measurer:
        if profile.is_practice:
            server = await self._here(http, "meaning")
            return OpenAiEmbeddings(http, f"{server.url}/v1", server.key)
        if profile.provider == "openai_compatible":
            return OpenAiEmbeddings(http)
        if profile.provider == "gemini":
            return GeminiEmbeddings(http)
        raise _not_for_this(f"The service of “{profile.name}” does not measure what texts mean.")

    async def _practice(self, counting: CountingClient) -> Provider:
        server = await self._here(counting, "answers")
        return OpenAiCompatible(counting, f"{server.url}/v1", server.key)

    async def _here(self, counting: CountingClient, what: str) -> PracticeServer:
        """The server on this machine, started if need be; only its own port is let through."""
        from runtime.practice.model import meaning_server, practice_server

        start = meaning_server if what == "meaning" else practice_server
        server = await asyncio.to_thread(start, _folder())
        if isinstance(counting.http, GuardedClient):
            counting.http = counting.http.letting_through(urlsplit(server.url).netloc)
        return server


def _not_for_this(message: str) -> NodeError:
    return NodeError(
        message,
        error_class=ErrorClass.INPUT,
        retryable=False,
        fix="Choose another model in the step's settings.",
        field="model",
    )


async def chat(
    provider: Provider, profile: Profile, request: ChatRequest, ctx: Context
) -> ChatReply:
    """Ask in the way that the model understands."""
    if not request.tools or (profile.native_tools and not profile.is_practice):
        return await provider.chat(profile, request, ctx)
    reply = await provider.chat(profile, in_a_form(request), ctx)
    return out_of_form(reply, len(request.messages))


_ASKED_WRONG = frozenset({400, 413, 422})  # the question is at fault: others refuse it as well
_THEIRS = frozenset(
    {ErrorClass.NETWORK, ErrorClass.TIMEOUT, ErrorClass.STATUS_429, ErrorClass.STATUS_5XX}
)


def _is_theirs(error: NodeError) -> bool:
    """Whether the service is at fault: it is down, busy, slow, or does not know us any more."""
    refused = error.error_class is ErrorClass.STATUS_4XX and error.status not in _ASKED_WRONG
    return refused or error.error_class in _THEIRS


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.DATA_DIR) / "practice"
