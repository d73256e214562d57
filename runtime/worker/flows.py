"""Starts other flows for a step, on a thread: the loop waits for no database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from runtime.sdk import Context, ErrorClass, Item, NodeError
from runtime.services.call_flow import CallRefusedError, call_flow
from runtime.services.start_run import FlowBusyError
from runtime.store.dialect import DatabaseDownError


class WorkspaceFlows:
    """See `runtime.sdk.context.Flows`."""

    def __init__(self, workspace: UUID) -> None:
        self._workspace = workspace

    async def start(
        self,
        flow: str,
        items: Sequence[Item],
        ctx: Context,
        *,
        waits: bool,
        pinned: bool = False,
    ) -> str:
        try:
            run = await asyncio.to_thread(
                call_flow,
                self._workspace,
                flow,
                items,
                caller=UUID(ctx.run_id),
                key=ctx.idempotency_key,
                waits=waits,
                pinned=pinned,
            )
        except CallRefusedError as error:
            raise NodeError(
                str(error),
                error_class=ErrorClass.INPUT,
                retryable=False,
                fix=error.fix,
                field="flow",
            ) from None
        except FlowBusyError as error:
            raise NodeError(str(error), error_class=ErrorClass.OTHER) from None
        except DatabaseDownError as error:
            raise NodeError(
                "The database did not answer.", error_class=ErrorClass.NETWORK
            ) from error
        return str(run)
