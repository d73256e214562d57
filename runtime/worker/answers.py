"""Where the worker keeps answers of models and what they measured: the database, by own threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from runtime.keeping import alike, answers, vectors
from runtime.providers.known import AskedBefore
from runtime.providers.protocols import Matched
from runtime.worker.desk import Desk


class WorkspaceAnswers:
    """See `runtime.providers.known.Answers`."""

    def __init__(self, workspace_id: UUID, desk: Desk) -> None:
        self._workspace = workspace_id
        self._desk = desk

    async def find(self, digest: str, now: float) -> dict[str, Any] | None:
        return await self._desk.read(partial(answers.find, self._workspace, digest, now))

    async def keep(self, digest: str, reply: dict[str, Any], until: float) -> None:
        await self._desk.change(partial(answers.keep, self._workspace, digest, reply, until))

    async def find_alike(
        self, asked: AskedBefore, least: float, now: float
    ) -> tuple[dict[str, Any], Matched] | None:
        return await self._desk.read(partial(alike.find, self._workspace, asked, least, now))

    async def keep_alike(self, asked: AskedBefore, reply: dict[str, Any], until: float) -> None:
        await self._desk.change(partial(alike.keep, self._workspace, asked, reply, until))


class WorkspaceVectors:
    """See `runtime.providers.measuring.Vectors`."""

    def __init__(self, workspace_id: UUID, desk: Desk) -> None:
        self._workspace = workspace_id
        self._desk = desk

    async def find(self, digests: Sequence[str], now: float) -> Mapping[str, bytes]:
        return await self._desk.read(partial(vectors.find, self._workspace, digests, now))

    async def keep(self, found: Mapping[str, bytes], until: float) -> None:
        await self._desk.change(partial(vectors.keep, self._workspace, found, until))
