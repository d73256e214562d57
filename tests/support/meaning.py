"""The real path to what texts mean, with the built-in model in a process of its own."""

import atexit
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from runtime.network.client import GuardedClient
from runtime.network.guard import Guard
from runtime.providers.gateway import ModelGateway
from runtime.providers.known import Answers
from runtime.providers.ledger import Ledger
from runtime.providers.measuring import Vectors
from runtime.providers.protocols import ChatReply, ChatRequest
from runtime.sdk import Context
from runtime.sdk.meaning import MeaningKind, Measured

_FOLDER = tempfile.TemporaryDirectory(prefix="segue-meaning-", ignore_cleanup_errors=True)
atexit.register(_FOLDER.cleanup)
FOLDER = Path(_FOLDER.name)  # one process of the model for all tests of a run


class BriefModels:
    """The real gateway, for loops that end with each run. `allowed`: a place on this machine."""

    def __init__(
        self,
        workspace: UUID,
        allowed: str = "",
        *,
        answers: Answers | None = None,
        ledger: Ledger | None = None,
        vectors: Vectors | None = None,
    ) -> None:
        self._workspace = str(workspace)
        self._guard = Guard(frozenset({allowed} if allowed else ()))
        self._answers, self._ledger, self._vectors = answers, ledger, vectors

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        http = GuardedClient(self._workspace, guard=self._guard)
        try:
            return await self._gateway(http).complete(request, ctx)
        finally:
            await http.close()

    async def embed(
        self,
        texts: Sequence[str],
        ctx: Context,
        *,
        kind: MeaningKind = "passage",
        profile: str | None = None,
    ) -> Measured:
        http = GuardedClient(self._workspace, guard=self._guard)
        try:
            return await self._gateway(http).embed(texts, ctx, kind=kind, profile=profile)
        finally:
            await http.close()

    def _gateway(self, http: GuardedClient) -> ModelGateway:
        return ModelGateway(self._workspace, http, self._answers, self._ledger, self._vectors)
