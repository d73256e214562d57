"""What steps keep things by in a worker (tables, memory, facts): the database, by threads."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from runtime.keeping import facts, memory, tables
from runtime.keeping.memory import Shelf
from runtime.sdk import Json
from runtime.sdk.context import Remembered
from runtime.sdk.meaning import Measured, Told
from runtime.worker.desk import Desk


class WorkspaceTables:
    """See `runtime.sdk.context.Tables`."""

    def __init__(self, workspace_id: UUID, desk: Desk) -> None:
        self._workspace = workspace_id
        self._desk = desk

    async def columns(self, table: str) -> Sequence[str]:
        return await self._desk.read(partial(tables.column_names, self._workspace, table))

    async def read(
        self,
        table: str,
        *,
        where: Mapping[str, Any] | None = None,
        sort_by: str = "",
        descending: bool = False,
        limit: int = 0,
    ) -> Sequence[Mapping[str, Json]]:
        look = partial(tables.read_rows, self._workspace, table, where=where, sort_by=sort_by)
        return await self._desk.read(partial(look, descending=descending, limit=limit))

    async def insert(
        self, table: str, values: Mapping[str, Json], *, key: str
    ) -> Mapping[str, Json]:
        return await self._desk.change(
            partial(tables.insert_row, self._workspace, table, values, key=key)
        )

    async def upsert(
        self, table: str, values: Mapping[str, Json], *, key: str
    ) -> Mapping[str, Json]:
        return await self._desk.change(
            partial(tables.upsert_row, self._workspace, table, values, key=key)
        )

    async def update(
        self, table: str, values: Mapping[str, Json], *, where: Mapping[str, Any], key: str
    ) -> int:
        return await self._desk.change(
            partial(tables.update_rows, self._workspace, table, values, where=where, key=key)
        )

    async def delete(self, table: str, *, where: Mapping[str, Any], key: str) -> int:
        return await self._desk.change(
            partial(tables.delete_rows, self._workspace, table, where=where, key=key)
        )


class FlowMemory:
    """See `runtime.sdk.context.Memory`."""

    def __init__(self, workspace_id: UUID, flow: str, desk: Desk) -> None:
        self._workspace = workspace_id
        self._flow = flow
        self._desk = desk

    async def recall(self, name: str, *, shared: bool = False) -> Remembered:
        return await self._desk.read(partial(memory.recall, self._shelf(shared), name, time.time()))

    async def remember(
        self,
        name: str,
        action: str,
        value: Json = None,
        *,
        shared: bool = False,
        expires_in: float | None = None,
        key: str,
    ) -> Remembered:
        change = partial(memory.remember, self._shelf(shared), name, action, value)
        return await self._desk.change(
            partial(change, expires_in=expires_in, key=key, now=time.time())
        )

    def _shelf(self, shared: bool) -> Shelf:
        return Shelf(self._workspace, "" if shared else self._flow)


class WorkspaceFacts:
    """See `runtime.sdk.meaning.Facts`."""

    def __init__(self, workspace_id: UUID, desk: Desk) -> None:
        self._workspace = workspace_id
        self._desk = desk

    async def remember(
        self,
        about: str,
        texts: Sequence[str],
        meaning: Measured,
        *,
        expires_in: float | None = None,
        key: str,
    ) -> int:
        change = partial(facts.remember, self._workspace, about, texts, meaning)
        return await self._desk.change(
            partial(change, expires_in=expires_in, key=key, now=time.time())
        )

    async def recall(self, about: str, meaning: Measured, *, most: int) -> Sequence[Told]:
        look = partial(facts.recall, self._workspace, about, meaning, most=most, now=time.time())
        return await self._desk.read(look)

    async def forget(self, about: str, *, key: str) -> int:
        return await self._desk.change(partial(facts.forget, self._workspace, about, key=key))
