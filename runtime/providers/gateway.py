"""The one path from steps to models: which model, which way to talk to it, what it took.

There is no retry in here: the step's policy is the only one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Set
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from runtime.network.client import GuardedClient
from runtime.providers.anthropic import Anthropic
from runtime.providers.gemini import Gemini
from runtime.providers.known import Answers, KnownAnswers
from runtime.providers.openai_compatible import OpenAiCompatible
from runtime.providers.profiles import known_profile, open_profile
from runtime.providers.protocols import ChatReply, ChatRequest, Profile, Provider
from runtime.providers.shim import in_a_form, out_of_form
from runtime.sdk import Context, ErrorClass, HttpClient, NodeError


class ModelGateway:
    """See `runtime.sdk.context.Models`."""

    def __init__(self, workspace_id: str, http: HttpClient, answers: Answers | None = None) -> None:
        self._known = KnownAnswers(answers) if answers is not None else None
        self._workspace = workspace_id
        self._http = http

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        """Ask a model, or remember what it said; raises NodeError."""
        profile = await self._profile(request.profile)
        if self._known is None or request.keep_seconds <= 0:
            return await self._ask(profile, request, ctx)
        return await self._known.answer(
            profile, request, ctx, lambda: self._ask(profile, request, ctx)
        )

    async def _ask(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        """Ask a model, and those that stand in for it."""
        began = time.monotonic()
        asked = {profile.id}
        while True:
            try:
                provider = await self._provider(profile)
                reply = await chat(provider, profile, request, ctx)
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
        return await self._profile(profile.fallback)

    async def _provider(self, profile: Profile) -> Provider:
        if profile.is_practice:
            return await self._practice()
        if profile.provider == "openai_compatible":
            return OpenAiCompatible(self._http)
        if profile.provider == "anthropic":
            return Anthropic(self._http)
        if profile.provider == "gemini":
            return Gemini(self._http)
        raise NodeError(
            f"Segue does not know how to talk to “{profile.name}”.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Choose another model.",
            field="model",
        )

    async def _practice(self) -> Provider:
        """The server on this machine, started if need be; only its own port is let through."""
        from runtime.practice.model import practice_server

        server = await asyncio.to_thread(practice_server, _folder())
        place = urlsplit(server.url).netloc
        http = self._http
        if isinstance(http, GuardedClient):
            http = http.letting_through(place)
        return OpenAiCompatible(http, f"{server.url}/v1", server.key)


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
