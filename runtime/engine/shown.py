"""The words of an answer as they come, for whoever looks on: gathered a little, then sent off.

They are no part of the run: nothing waits for them, nothing is decided by them, nothing keeps them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from runtime.graph.plan import Plan, PlanNode
from runtime.sdk.items import Json
from runtime.sdk.ports import ERROR_PORT

if TYPE_CHECKING:
    from runtime.engine.execution import RunExecution

GATHER_SECONDS = 0.05  # nobody reads faster, and each message costs


class Speaker(NamedTuple):
    """Whose words they are."""

    node: PlanNode
    iteration: str
    item: int


class ShownWords:
    """See `runtime.sdk.Shown`: those of one try. `take` counts its answers, begun ones too."""

    def __init__(self, run: RunExecution, speaker: Speaker, attempt: int) -> None:
        self._run, self._speaker, self._attempt = run, speaker, attempt
        self._take = self._sent = 0
        self._waiting: list[str] = []
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """See `runtime.sdk.Shown`."""
        self._take += 1
        self._sent = 0
        self._waiting.clear()

    def add(self, words: str) -> None:
        """See `runtime.sdk.Shown`."""
        self._waiting.append(words)
        if self._timer is None:
            self._timer = self._run.loop.call_later(GATHER_SECONDS, self._send)

    def _send(self) -> None:
        self._timer = None
        words = "".join(self._waiting)
        self._waiting.clear()
        if words:
            self._run.world.show(self._run.claim.id, self._message(words))
            self._sent += len(words)

    def _message(self, words: str) -> Mapping[str, Json]:
        """`at` is how many characters of this take went before: whoever missed some can tell."""
        node, iteration, item = self._speaker
        return {
            "key": node.key,
            "iteration": iteration,
            "item": item,
            "take": f"{self._attempt}.{self._take}",
            "at": self._sent,
            "words": words,
            "answers": has_last_word(self._run.plan, node),
        }


def is_watched(run: RunExecution) -> bool:
    """Whether somebody may look on: who tries a flow out, or follows what it started."""
    if run.claim.mode == "test":
        return True
    index = run.plan.by_key.get(run.claim.trigger_key)
    trigger = None if index is None else run.plan.nodes[index]
    return trigger is not None and trigger.type.looks_on(trigger.raw)


def has_last_word(plan: Plan, node: PlanNode) -> bool:
    """Whether what it says is what the flow answers, with nothing done to it in between.

    Only such words are for the ears of whoever called: what a later step must still look at, or
    change, is not said yet.
    """
    index = plan.by_key.get(node.key)
    if index is None or plan.nodes[index] is not node or node.around:
        return False  # a tool's words are for whoever uses it; those of a round, for the next one
    ways = [edge.target for edge in node.outgoing if edge.source_port != ERROR_PORT]
    return all(plan.nodes[target].type.responds for target in ways)
