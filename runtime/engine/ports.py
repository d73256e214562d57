"""What the engine needs of the outside. The worker supplies real ones, tests fakes."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from runtime.engine.rows import Row
from runtime.sdk.context import Databases, Files, Flows, HttpClient, Memory, Models, Sandbox, Tables
from runtime.sdk.items import Json
from runtime.sdk.knowledge import Knowledge
from runtime.sdk.mail import Mail
from runtime.sdk.meaning import Facts


class Journal(Protocol):
    """Rows go in in order; group commit makes them durable.

    Whatever the engine writes without giving up the loop in between is kept as a whole or not at
    all: the last try of a step, its result and the answer it gave.
    """

    def write(self, *rows: Row) -> None:
        """Queue rows for the next commit."""
        ...

    def durable(self) -> Awaitable[None]:
        """Resolves when everything written so far is committed; raises if this owner is fenced."""
        ...


class Clock(Protocol):
    """Time and chance."""

    def now(self) -> float:
        """Unix time in seconds."""
        ...

    def random(self) -> float:
        """Evenly from [0, 1)."""
        ...


class World(Protocol):
    """What nodes may reach."""

    def http(self, workspace: str) -> HttpClient: ...

    def models(self, workspace: str) -> Models: ...

    def flows(self, workspace: str) -> Flows: ...

    @property
    def sandbox(self) -> Sandbox: ...

    def tables(self, workspace: str) -> Tables: ...

    def memory(self, workspace: str, flow: str) -> Memory: ...

    def facts(self, workspace: str) -> Facts: ...

    def knowledge(self, workspace: str) -> Knowledge: ...

    def databases(self, workspace: str) -> Databases: ...

    def mail(self, workspace: str) -> Mail: ...

    def files(self, workspace: str, run: str) -> Files: ...

    def show(self, run_id: UUID, words: Mapping[str, Json]) -> None:
        """Tell whoever looks on; see `runtime.engine.shown`."""
        ...

    def callback_url(self, token: str) -> str:
        """Where the outside may end the wait that has this token."""
        ...

    def step_address(self, run_id: UUID, key: str) -> str:
        """Where the outside will be able to end the wait of a run's step, once it waits."""
        ...

    def decision_address(self, run_id: UUID, key: str) -> str:
        """Where a person will be able to decide what a run's step asks."""
        ...

    async def formulas(
        self, sources: Sequence[str], scopes: Sequence[Mapping[str, Json]]
    ) -> Sequence[Sequence[Json | Exception]]:
        """Evaluate every formula for every item in one call to the sandbox."""
        ...
