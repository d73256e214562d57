"""A world without network: what pure nodes need, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast
from uuid import UUID

from runtime.sdk.context import (
    Context,
    Databases,
    Files,
    Flows,
    HttpClient,
    Memory,
    Models,
    Sandbox,
    Tables,
)
from runtime.sdk.items import Json
from runtime.sdk.knowledge import Knowledge
from runtime.sdk.mail import Mail
from runtime.sdk.meaning import Facts
from runtime.testing.files import PlainFiles
from runtime.testing.keeping import PlainFacts, PlainMail, PlainMemory, PlainTables


class Completes(Protocol):
    """As much of `runtime.sdk.context.Models` as most tests need."""

    async def complete(self, request: Any, ctx: Context) -> Any: ...


class QuietWorld:
    """See `runtime.engine.ports.World`. Pass parts in where a test has real ones."""

    def __init__(
        self,
        *,
        http: HttpClient | None = None,
        models: Completes | None = None,
        sandbox: Any = None,
        flows: Flows | None = None,
        tables: Tables | None = None,
        memory: Memory | None = None,
        facts: Facts | None = None,
        knowledge: Knowledge | None = None,
        databases: Databases | None = None,
        mail: Mail | None = None,
        files: Files | None = None,
    ) -> None:
        self._flows = flows
        self._http = http
        self._models = models
        self._sandbox = sandbox
        self._tables = tables or PlainTables({})
        self._memory = memory or PlainMemory()
        self._facts = facts or PlainFacts()
        self._knowledge = knowledge
        self._databases = databases
        self._mail = mail or PlainMail()
        self._files = files or PlainFiles()
        self.words: list[Mapping[str, Json]] = []  # what was shown as it came

    def http(self, workspace: str) -> HttpClient:
        if self._http is None:
            raise RuntimeError("This test world has no network.")
        return self._http

    def show(self, run_id: UUID, words: Mapping[str, Json]) -> None:
        self.words.append(words)

    def flows(self, workspace: str) -> Flows:
        if self._flows is None:
            raise RuntimeError("This test world has no other flows.")
        return self._flows

    def models(self, workspace: str) -> Models:
        if self._models is None:
            raise RuntimeError("This test world has no models.")
        return cast(Models, self._models)

    @property
    def sandbox(self) -> Sandbox:
        if self._sandbox is None:
            raise RuntimeError("This test world has no sandbox.")
        sandbox: Sandbox = self._sandbox
        return sandbox

    def tables(self, workspace: str) -> Tables:
        return self._tables

    def memory(self, workspace: str, flow: str) -> Memory:
        return self._memory

    def facts(self, workspace: str) -> Facts:
        return self._facts

    def knowledge(self, workspace: str) -> Knowledge:
        if self._knowledge is None:
            raise RuntimeError("This test world knows nothing.")
        return self._knowledge

    def databases(self, workspace: str) -> Databases:
        if self._databases is None:
            raise RuntimeError("This test world has no databases.")
        return self._databases

    def mail(self, workspace: str) -> Mail:
        return self._mail

    def files(self, workspace: str, run: str) -> Files:
        return self._files

    def callback_url(self, token: str) -> str:
        return f"https://segue.example/api/waits/{token}/"

    def step_address(self, run_id: UUID, key: str) -> str:
        return self.callback_url(f"step-{run_id}-{key}")

    def decision_address(self, run_id: UUID, key: str) -> str:
        return f"https://segue.example/decide/{run_id}-{key}/"

    async def formulas(
        self, sources: Sequence[str], scopes: Sequence[Mapping[str, Json]]
    ) -> Sequence[Sequence[Json | Exception]]:
        if self._sandbox is None:
            raise RuntimeError("This test world has no sandbox.")
        answers: Sequence[Sequence[Json | Exception]] = await self._sandbox.formulas(
            sources, scopes
        )
        return answers
