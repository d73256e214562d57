"""The path to a scripted model service, without a database that holds its profile."""

from uuid import uuid4

from runtime.network.guard import Guard
from runtime.providers.openai_compatible import OpenAiCompatible
from runtime.providers.protocols import ChatReply, ChatRequest, Profile
from runtime.sdk import Context
from tests.support.http import BriefClient
from tests.support.model_server import ModelServer


class Gateway:
    """The provider, for a profile that no database holds."""

    def __init__(self, server: ModelServer) -> None:
        self._provider = OpenAiCompatible(BriefClient(Guard(frozenset({server.place}))))
        self._profile = Profile(
            str(uuid4()), "Test", "openai_compatible", "m", server.base_url, None, 4096, 2.0, 10.0
        )

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        return await self._provider.chat(self._profile, request, ctx)
