"""What steps get as `ctx.mail` in a worker."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from runtime.keeping.outbox import put_into_outbox
from runtime.network.smtp import post
from runtime.sdk.mail import Letter, Posted
from runtime.worker.desk import Desk


class WorkspaceMail:
    """See `runtime.sdk.context.Mail`."""

    def __init__(self, workspace_id: UUID, desk: Desk) -> None:
        self._workspace = workspace_id
        self._desk = desk

    async def send(self, letter: Letter, *, credential: str | None, key: str) -> Posted:
        if credential:
            made = await post(str(self._workspace), credential, letter, key)
            return Posted(made, sent=True)
        kept = await self._desk.change(partial(put_into_outbox, self._workspace, letter, key))
        return Posted(kept, sent=False)
