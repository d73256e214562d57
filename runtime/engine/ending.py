"""How a run ends: what it returns, and how what is in flight is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from runtime.engine.encode import encode
from runtime.engine.outcome import dump_error
from runtime.engine.scheduler import Scheduler
from runtime.graph.plan import PlanNode
from runtime.sdk import Json, NodeError, Respond


@dataclass(frozen=True, slots=True)
class Ending:
    """The reason a run is being stopped."""

    status: str
    error: NodeError
    node: PlanNode | None

    @property
    def reason(self) -> str:
        """One sentence for the run's page."""
        if self.node is None:
            return self.error.message
        return f"“{self.node.label}” failed: {self.error.message}"

    def dump(self) -> dict[str, Json]:
        """The error as the run keeps it, with the step it came from."""
        dumped = dump_error(self.error)
        if self.node is not None:
            dumped["node_key"], dumped["node_label"] = self.node.key, self.node.label
        return dumped


def succeeded_with(failed_items: int) -> str | None:
    """What to say of a run that went on past failed items."""
    if failed_items == 0:
        return None
    items = "one item" if failed_items == 1 else f"{failed_items} items"
    return f"Succeeded, but {items} failed on the way."


# This owner hands the run on: nothing more may follow here.
LET_GO = Ending("abandoned", NodeError("Let go."), None)


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


def encode_response(answer: Respond | None) -> bytes | None:
    """The answer for the caller, as the run keeps it."""
    if answer is None:
        return None
    headers = dict(answer.headers)
    return encode({"status": answer.status, "headers": headers, "body": answer.body})


async def give_up(tasks: Iterable[asyncio.Task[None]], grace_seconds: float) -> None:
    """Cancel tasks and wait for their last words, but not for ever."""
    own = asyncio.current_task()
    pending = {task for task in tasks if not task.done() and task is not own}
    for task in pending:
        task.cancel()
    if pending:
        await asyncio.wait(pending, timeout=grace_seconds)
