"""What the scheduler decides, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime.engine.lineage import Record, Slice
from runtime.graph.plan import PlanNode
from runtime.sdk import Effect, Mode
from runtime.sdk.items import Item


@dataclass(slots=True)
class Ready:
    """A step may run now. `inputs` maps each input port to its edges' slices; None is dead."""

    node: PlanNode
    iteration: str
    inputs: Mapping[str, tuple[Slice, ...] | None]
    record: Record
    waited_for: str | None = None
    taken: int | None = None  # the edge an *any* or *first* join ran on


@dataclass(slots=True)
class Skipped:
    """A step will not run, and why."""

    node: PlanNode
    iteration: str
    why: str


@dataclass(slots=True)
class JudgeRound:
    """A round of an *until* loop has ended: is it enough?"""

    node: PlanNode
    iteration: str
    number: int
    items: Sequence[Item]
    record: Record


@dataclass(slots=True)
class LoopOver:
    """All rounds have ended; the loop's step is complete."""

    node: PlanNode
    iteration: str
    record: Record
    rounds: int
    why: str


Decision = Ready | Skipped | JudgeRound | LoopOver


def has_nothing_to_do(ready: Ready, items: Sequence[Item]) -> bool:
    """Whether a step may end at once: it runs per item and got none, or it would act on nothing."""
    node = ready.node
    if node.mode is Mode.EACH:
        return not items
    if node.effect is not Effect.EXTERNAL or node.policy.run_on_empty:
        return False
    return not any(piece.items for slices in ready.inputs.values() for piece in slices or ())
