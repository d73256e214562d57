"""The path to a scripted model service, without a database that holds its profile."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import uuid4

from runtime.network.guard import Guard
from runtime.providers.anthropic import Anthropic
from runtime.providers.gateway import chat
from runtime.providers.gemini import Gemini
from runtime.providers.openai_compatible import OpenAiCompatible
from runtime.providers.protocols import ChatReply, ChatRequest, Profile, Provider
from runtime.sdk import Context, HttpClient
from tests.support.http import BriefClient
from tests.support.model_server import ModelServer

_PROVIDERS: Mapping[str, Callable[[HttpClient], Provider]] = {
    "openai_compatible": OpenAiCompatible,
    "anthropic": Anthropic,
    "gemini": Gemini,
}


class Gateway:
    """The path's own last part, for a profile that no database holds."""

    def __init__(
        self,
        server: ModelServer,
        provider: str = "openai_compatible",
        *,
        native_tools: bool = True,
    ) -> None:
        http = BriefClient(Guard(frozenset({server.place})))
        self._provider = _PROVIDERS[provider](http)
        profile = Profile(
            str(uuid4()), "Test", provider, "m", server.base_url, None, 4096, 2.0, 10.0
        )
        self._profile = replace(profile, native_tools=native_tools)

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        return await chat(self._provider, self._profile, request, ctx)
