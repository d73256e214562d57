"""The one path from steps to models: which model, which way to talk to it, what it took.

There is no retry in here: the step's policy is the only one.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from runtime.network.client import GuardedClient
from runtime.providers.openai_compatible import OpenAiCompatible
from runtime.providers.profiles import known_profile, open_profile
from runtime.providers.protocols import ChatReply, ChatRequest, Profile, Provider
from runtime.sdk import Context, ErrorClass, HttpClient, NodeError


class ModelGateway:
    """See `runtime.sdk.context.Models`."""

    def __init__(self, workspace_id: str, http: HttpClient) -> None:
        self._workspace = workspace_id
        self._http = http

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        """Ask a model; raises NodeError."""
        began = time.monotonic()
        profile = known_profile(self._workspace, request.profile)
        if profile is None:
            profile = await asyncio.to_thread(open_profile, self._workspace, request.profile)
        provider = await self._provider(profile)
        reply = await provider.chat(profile, request, ctx)
        took = round((time.monotonic() - began) * 1000)
        return replace(reply, usage=replace(reply.usage, milliseconds=took))

    async def _provider(self, profile: Profile) -> Provider:
        if profile.is_practice:
            return await self._practice()
        if profile.provider == "openai_compatible":
            return OpenAiCompatible(self._http)
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


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.DATA_DIR) / "practice"
