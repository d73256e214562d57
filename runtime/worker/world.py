"""The real world of nodes in a worker: network, models, sandbox. Parts are made when first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from runtime.sdk.items import Json
from runtime.worker.places import PlaceThread, WorkspaceLedger

if TYPE_CHECKING:
    from runtime.network.client import GuardedClient
    from runtime.network.databases import GuardedDatabases
    from runtime.providers.gateway import ModelGateway
    from runtime.sandbox.pool import MontySandbox
    from runtime.worker.desk import Desk
    from runtime.worker.files import RunFiles
    from runtime.worker.flows import WorkspaceFlows
    from runtime.worker.keeping import FlowMemory, WorkspaceFacts, WorkspaceTables
    from runtime.worker.knowing import WorkspaceKnowledge
    from runtime.worker.mail import WorkspaceMail


class ServerWorld:
    """See `runtime.engine.ports.World`."""

    def __init__(
        self,
        begin: Callable[[], None] | None = None,
        show: Callable[[UUID, Mapping[str, Json]], None] | None = None,
    ) -> None:
        """`begin` is called in each thread that talks to the database; `show` with words."""
        self._begin, self._show = begin, show
        self._desks: dict[str, Desk] = {}
        self._clients: dict[str, GuardedClient] = {}
        self._gateways: dict[str, ModelGateway] = {}
        self._sandbox: MontySandbox | None = None
        self._places = PlaceThread()

    def belongs_to(self, worker: UUID) -> None:
        """Whose world it is: what he leaves behind at his death is looked after by others."""
        self._places.worker = worker

    def show(self, run_id: UUID, words: Mapping[str, Json]) -> None:
        if self._show is not None:
            self._show(run_id, words)

    def http(self, workspace: str) -> GuardedClient:
        if workspace not in self._clients:
            from runtime.network.client import GuardedClient

            self._clients[workspace] = GuardedClient(workspace)
        return self._clients[workspace]

    def models(self, workspace: str) -> ModelGateway:
        if workspace not in self._gateways:
            from runtime.providers.gateway import ModelGateway
            from runtime.worker.answers import WorkspaceAnswers, WorkspaceVectors

            desk = self._desk("memory")
            answers = WorkspaceAnswers(UUID(workspace), desk)
            vectors = WorkspaceVectors(UUID(workspace), desk)
            ledger = WorkspaceLedger(UUID(workspace), self._places)
            http = self.http(workspace)
            self._gateways[workspace] = ModelGateway(workspace, http, answers, ledger, vectors)
        return self._gateways[workspace]

    def flows(self, workspace: str) -> WorkspaceFlows:
        from runtime.worker.flows import WorkspaceFlows

        return WorkspaceFlows(UUID(workspace))

    @property
    def sandbox(self) -> MontySandbox:
        if self._sandbox is None:
            from runtime.sandbox.pool import MontySandbox

            self._sandbox = MontySandbox()
        return self._sandbox

    def tables(self, workspace: str) -> WorkspaceTables:
        from runtime.worker.keeping import WorkspaceTables

        return WorkspaceTables(UUID(workspace), self._desk("tables"))

    def memory(self, workspace: str, flow: str) -> FlowMemory:
        from runtime.worker.keeping import FlowMemory

        # A thread of their own: what is remembered need not wait for somebody's long search.
        return FlowMemory(UUID(workspace), flow, self._desk("memory"))

    def facts(self, workspace: str) -> WorkspaceFacts:
        from runtime.worker.keeping import WorkspaceFacts

        return WorkspaceFacts(UUID(workspace), self._desk("memory"))

    def knowledge(self, workspace: str) -> WorkspaceKnowledge:
        from runtime.worker.knowing import WorkspaceKnowledge

        return WorkspaceKnowledge(UUID(workspace), self._desk("knowledge"))

    def databases(self, workspace: str) -> GuardedDatabases:
        from runtime.network.databases import GuardedDatabases

        return GuardedDatabases(workspace)

    def mail(self, workspace: str) -> WorkspaceMail:
        from runtime.worker.mail import WorkspaceMail

        return WorkspaceMail(UUID(workspace), self._desk("memory"))

    def files(self, workspace: str, run: str) -> RunFiles:
        from runtime.services.files import shelf
        from runtime.worker.files import RunFiles

        return RunFiles(shelf(), UUID(workspace), UUID(run), self._desk("memory"))

    def _desk(self, name: str) -> Desk:
        if name not in self._desks:
            from runtime.worker.desk import Desk

            self._desks[name] = Desk(name, self._begin)
        return self._desks[name]

    def callback_url(self, token: str) -> str:
        from django.conf import settings

        return f"{settings.PUBLIC_URL}/api/waits/{token}/"

    def step_address(self, run_id: UUID, key: str) -> str:
        from runtime.services.step_address import step_token

        return self.callback_url(step_token(run_id, key))

    def decision_address(self, run_id: UUID, key: str) -> str:
        from runtime.services.step_address import decision_address

        return decision_address(run_id, key)

    async def formulas(
        self, sources: Sequence[str], scopes: Sequence[Mapping[str, Json]]
    ) -> Sequence[Sequence[Json | Exception]]:
        return await self.sandbox.formulas(sources, scopes)

    async def close(self) -> None:
        """Give everything back."""
        for desk in self._desks.values():
            await desk.close()
        await self._places.close()
        for client in self._clients.values():
            await client.close()
        if self._sandbox is not None:
            await self._sandbox.close()
