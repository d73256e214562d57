"""What steps know things by in a worker: the database, by a thread of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from runtime.keeping import knowledge, lookup
from runtime.sdk.knowledge import Found, KnownDocument, Passage, Wanted
from runtime.sdk.meaning import Measured
from runtime.worker.desk import Desk


class WorkspaceKnowledge:
    """See `runtime.sdk.knowledge.Knowledge`."""

    def __init__(self, workspace_id: UUID, desk: Desk) -> None:
        self._workspace = workspace_id
        self._desk = desk

    async def digest(self, collection: str, key: str) -> str | None:
        return await self._desk.read(partial(knowledge.digest_of, self._workspace, collection, key))

    async def put(
        self,
        collection: str,
        document: KnownDocument,
        passages: Sequence[Passage],
        meaning: Measured | None,
    ) -> None:
        change = partial(knowledge.put, self._workspace, collection, document, passages, meaning)
        await self._desk.change(partial(change, now=time.time()))

    async def remove(self, collection: str, key: str) -> bool:
        return await self._desk.change(partial(knowledge.remove, self._workspace, collection, key))

    async def find(
        self, collection: str, wanted: Wanted, meaning: Measured | None
    ) -> Sequence[Found]:
        return await self._desk.read(
            partial(lookup.find, self._workspace, collection, wanted, meaning)
        )
