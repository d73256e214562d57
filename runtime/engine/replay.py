"""Feeds the journal's finished steps back into the scheduler, in the order they finished.

Nothing finished runs again. What is left over when the journal ends is started for real.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runtime.engine.address import round_address
from runtime.engine.decisions import Decision, LoopOver, Ready, Skipped
from runtime.engine.history import PINNED, History, StoredStep
from runtime.engine.lineage import IDENTITY, Origins
from runtime.graph.plan import Plan

if TYPE_CHECKING:
    from runtime.engine.execution import RunExecution


class Replay:
    """The stored steps of one run that have not been fed yet."""

    def __init__(self, history: History) -> None:
        self._stored = {(s.node, s.iteration): s for s in history.steps}
        self._finished = [
            s for s in history.steps if s.status == "succeeded" and s.output is not None
        ]
        self._finished.reverse()  # the next one stands last
        self._held: dict[tuple[str, str], Ready] = {}
        # Taken over from another run that went on past a step which is done anew here.
        self._early: dict[tuple[str, str], StoredStep] = {}
        self._active = bool(self._finished)

    @property
    def steps(self) -> int:
        """How many steps had begun before."""
        return sum(step.status != "skipped" for step in self._stored.values())

    def knows(self, ready: Ready) -> bool:
        """Whether the step had begun before: then it is counted already."""
        return (ready.node.key, ready.iteration) in self._stored

    @property
    def items(self) -> int:
        """How many items steps gave before."""
        outputs = [step.output or {} for step in self._finished]
        return sum(len(items) for output in outputs for items in output.values())

    @property
    def item_errors(self) -> int:
        """How many items had failed before without failing the run."""
        return sum(step.item_errors for step in self._finished)

    def loop_settings(self, ready: Ready) -> Mapping[str, Any] | None:
        """The settings a loop began with, where it had begun."""
        step = self._stored.get((ready.node.key, ready.iteration))
        return step.taken.get("loop") if step is not None and step.taken else None

    def went_on(self, loop_key: str, iteration: str, number: int) -> bool:
        """Whether a further round of a loop stands in the journal: then that is the verdict."""
        following = round_address(iteration, loop_key, number + 1)
        return any(at == following or at.startswith(f"{following}/") for _, at in self._stored)

    def taken(self, plan: Plan) -> dict[tuple[int, str], int]:
        """Which edges joins took before."""
        found: dict[tuple[int, str], int] = {}
        for (key, iteration), step in self._stored.items():
            if step.taken and "edge" in step.taken and key in plan.by_key:
                found[(plan.by_key[key], iteration)] = int(step.taken["edge"])
        return found

    def pinned(self, plan: Plan) -> frozenset[tuple[int, str]]:
        """Places whose result was laid down by a person before the run began."""
        return frozenset(
            (plan.by_key[key], iteration)
            for (key, iteration), step in self._stored.items()
            if step.taken and PINNED in step.taken and key in plan.by_key
        )

    def inner(self, key: str, at: str) -> StoredStep | None:
        """A step inside of another, where it had begun."""
        return self._stored.get((key, at))

    def holds(self, ready: Ready) -> bool:
        """While feeding, steps that became ready are kept back until their turn."""
        if not self._active or ready.node.is_loop:
            return False
        self._held[(ready.node.key, ready.iteration)] = ready
        return True

    def next(self, run: RunExecution) -> Sequence[Decision] | None:
        """Feed the next stored step, or hand out what was kept back; None when all is done."""
        while self._finished:
            step = self._finished.pop()
            ready = self._held.pop((step.node, step.iteration), None)
            if ready is not None:
                return run.scheduler.complete(ready, step.output or {}, _origins(step, ready))
            self._early[(step.node, step.iteration)] = step
        if not self._active:
            return None
        self._active = False
        left = list(self._held.values())
        self._held.clear()
        return left or None

    def early(self, ready: Ready, run: RunExecution) -> Sequence[Decision] | None:
        """What follows from a recorded step whose turn had come before it was ready."""
        step = self._early.pop((ready.node.key, ready.iteration), None)
        if step is None or ready.node.is_loop:
            return None
        return run.scheduler.complete(ready, step.output or {}, _origins(step, ready))

    def skipped_before(self, skipped: Skipped) -> bool:
        """Whether the skipping already stands in the journal."""
        step = self._stored.get((skipped.node.key, skipped.iteration))
        return step is not None and step.status == "skipped"

    def finished_loop(self, over: LoopOver) -> bool:
        """Whether the loop's end already stands in the journal."""
        step = self._stored.get((over.node.key, over.iteration))
        return step is not None and step.status == "succeeded"


def _origins(step: StoredStep, ready: Ready) -> Mapping[str, Origins]:
    if not (step.taken and PINNED in step.taken):
        return step.origins or {}
    # Nothing made these items of those that came in: by their number it can still be told.
    came = sum(len(piece.items) for piece in ready.record.inputs)
    return {
        port: IDENTITY if len(items) == came else [[0]] * len(items) if came == 1 else None
        for port, items in (step.output or {}).items()
    }
