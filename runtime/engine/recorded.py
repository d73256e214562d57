"""A run in which nothing is sent: what reaches outside is answered by what another run recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from runtime.engine.history import History, StoredAttempt, StoredStep
from runtime.engine.outcome import load_error
from runtime.engine.resolve import validated
from runtime.graph.plan import Plan, PlanNode
from runtime.sdk import Effect, Item, Json, NodeError, Output

ANSWERED = "Answered by the recorded run; nothing was sent."
CHANGED = "Its settings have changed since, and the recorded answer does not know that."


class Answer(NamedTuple):
    """What the recorded run got for one item: an output, or how it failed."""

    outcome: Output | NodeError
    why: str


@dataclass(slots=True)
class Recorded:
    """The recorded run. `plan` is its graph, None where its node types are gone."""

    plan: Plan | None
    steps: dict[tuple[str, str], StoredStep] = field(default_factory=dict)
    attempts: Mapping[tuple[str, str], Sequence[StoredAttempt]] = field(default_factory=dict)

    @staticmethod
    def of(history: History, plan: Plan | None) -> Recorded:
        """What a run's journal can answer with."""
        steps = {(step.node, step.iteration): step for step in history.steps}
        return Recorded(plan, steps, history.attempts)

    def answer(
        self, node: PlanNode, iteration: str, item: int, values: Mapping[str, Json] | None
    ) -> Answer:
        """The recorded answer for an item of a step; an error where there is none.

        `values` are its settings now: where they differ the answer says so.
        """
        nothing = Answer(nothing_recorded(node), "Nothing was recorded for it.")
        before = self.plan.find(node.key, node.type) if self.plan is not None else None
        if self.plan is not None and before is None:
            return nothing
        tries = self.attempts.get((node.key, iteration), ())
        own = [attempt for attempt in tries if attempt.item == item]
        outcome = self._outcome((node.key, iteration), tries, own)
        if outcome is None:
            return nothing
        changed = before is not None and _differ(before, node, own, values)
        return Answer(outcome, f"{ANSWERED} {CHANGED}" if changed else ANSWERED)

    def _outcome(
        self,
        place: tuple[str, str],
        tries: Sequence[StoredAttempt],
        own: Sequence[StoredAttempt],
    ) -> Output | NodeError | None:
        last = own[-1] if own else None
        if last is not None and last.output is not None:
            return Output(last.output)
        if last is not None and last.status in ("failed", "timed_out"):
            return load_error(last.error)
        step = self.steps.get(place)
        alone = {attempt.item for attempt in tries} == {attempt.item for attempt in own}
        if step is None or not alone or step.item_errors or step.status != "succeeded":
            return None
        return None if step.output is None else Output(_with_origins(step))


def reaches_outside(node: PlanNode) -> bool:
    """Whether a step looks at the world, changes it, or waits for it."""
    return node.effect is not Effect.PURE or (node.type.waits and not node.disabled)


def nothing_recorded(node: PlanNode) -> NodeError:
    """The recorded run did not come by here."""
    return NodeError(
        f"Nothing was recorded for “{node.label}” in the call that is tried here, so there is no "
        "answer to go on with.",
        retryable=False,
        fix="Test the draft to really run this step, or switch it off for this try.",
    )


def nothing_leaves() -> NodeError:
    """A step that says it stays inside wanted to reach outside."""
    return NodeError(
        "Nothing is sent while a recorded call is tried on the draft, and this step wanted to "
        "send something.",
        retryable=False,
        fix="Test the draft to really run this step.",
    )


def _with_origins(step: StoredStep) -> dict[str, list[Item]]:
    """Items say themselves what they came from where the step took the whole list."""
    made: dict[str, list[Item]] = {}
    for port, items in (step.output or {}).items():
        origins: Any = (step.origins or {}).get(port)
        known = origins if isinstance(origins, list) else [None] * len(items)
        made[port] = [
            Item(item.json, item.files, origin) for item, origin in zip(items, known, strict=False)
        ]
    return made


def _differ(
    before: PlanNode,
    node: PlanNode,
    own: Sequence[StoredAttempt],
    values: Mapping[str, Json] | None,
) -> bool:
    frozen = next((attempt.params for attempt in own if attempt.params is not None), None)
    then = frozen if frozen is not None else _constant(before)
    now = values if values is not None else _constant(node)
    if then is None or now is None:
        return False
    try:
        return bool(validated(node, then) != validated(node, now))
    except NodeError:
        return True


def _constant(node: PlanNode) -> Mapping[str, Json] | None:
    return node.params.fields if node.params.constant else None
