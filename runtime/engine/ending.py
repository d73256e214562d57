"""How a run ends: what it returns, and how what is in flight is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from runtime.engine.scheduler import Scheduler
from runtime.graph.plan import PlanNode
from runtime.sdk import Json, NodeError, Respond


@dataclass(frozen=True, slots=True)
class Ending:
    """The reason a run is being stopped."""

    status: str
    error: NodeError
    node: PlanNode | None


def collect_output(scheduler: Scheduler, response: Respond | None) -> Json:
    """The answer if one was given, else the single last step's items, else `{key: items}`."""
    if response is not None:
        return response.body
    leaves: dict[str, Json] = {}
    for node, record in scheduler.leaves():
        leaves[node.key] = [item.json for items in record.outputs.values() for item in items]
    if len(leaves) == 1:
        return next(iter(leaves.values()))
    return dict(leaves)


async def give_up(tasks: Iterable[asyncio.Task[None]], grace_seconds: float) -> None:
    """Cancel tasks and wait for their last words, but not for ever."""
    own = asyncio.current_task()
    pending = {task for task in tasks if not task.done() and task is not own}
    for task in pending:
        task.cancel()
    if pending:
        await asyncio.wait(pending, timeout=grace_seconds)
