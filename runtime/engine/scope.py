"""Where an item's inserted data comes from: the item itself, earlier steps, the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from runtime.engine.address import number_of
from runtime.engine.history import ClaimedRun
from runtime.engine.lineage import Record, ancestors
from runtime.engine.ports import World
from runtime.engine.scheduler import Scheduler
from runtime.expressions import ExpressionError, Quantifier
from runtime.graph.plan import Plan, PlanNode
from runtime.sdk import Item, Json
from runtime.sdk.ports import ERROR_PORT

FILES = "files"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What every expression of a run may ask. `trigger` are the items the run began with."""

    run: Mapping[str, Json]
    trigger: Sequence[Item]
    vars: Mapping[str, Json]


def facts_of(claim: ClaimedRun, plan: Plan, world: World) -> RunFacts:
    """What a run knows of itself, and where its steps that wait for a call will be called."""
    asks = [node.key for node in plan.nodes if node.type.asks]
    waits = [node.key for node in plan.nodes if node.type.waits and not node.type.asks]
    run: dict[str, Json] = {
        "id": str(claim.id),
        "mode": claim.mode,
        "trigger": claim.trigger_key,
        "version": claim.version,
        "flow": str(claim.flow_id) if claim.flow_id else None,
        "callbacks": {key: world.step_address(claim.id, key) for key in waits},
        "approvals": {key: world.decision_address(claim.id, key) for key in asks},
    }
    return RunFacts(run, claim.items, {})


@dataclass(slots=True)
class ItemScope:
    """The scope of one item (`position` is set) or of the whole list (it is None)."""

    facts: RunFacts
    scheduler: Scheduler
    record: Record
    items: Sequence[Item]
    position: int | None
    now: float
    rounds: int | None = None
    state: Mapping[str, Json] | None = None

    def root(self, name: str, quantifier: Quantifier) -> Json:
        """See `runtime.expressions.Scope`."""
        if name == "input":
            if self.position is None:
                return [seen(item) for item in self.items]
            return seen(self.items[self.position])
        index = self.scheduler.plan.by_key.get(name)
        if index is not None:
            return self._step(self.scheduler.plan.nodes[index], quantifier)
        return self._other(name, quantifier)

    def _other(self, name: str, quantifier: Quantifier) -> Json:
        if name == "trigger":
            return self._trigger(quantifier)
        if name == "run":
            return dict(self.facts.run)
        if name == "now":
            return datetime.fromtimestamp(self.now, UTC).isoformat(timespec="seconds")
        if name == "vars":
            return dict(self.facts.vars)
        if name == "state":
            return dict(self.state or {})
        if name == "repeat":
            return self._repeat()
        raise ExpressionError(
            f"There is no step called “{name}”.", fix="Pick the value from the list of steps again."
        )

    def _trigger(self, quantifier: Quantifier) -> Json:
        items = self.facts.trigger
        if quantifier is Quantifier.ALL:
            return [seen(item) for item in items]
        if quantifier is Quantifier.MATCHING and len(items) > 1:
            fired = self.facts.run.get("trigger")
            index = self.scheduler.plan.by_key.get(str(fired))
            if index is not None:
                return self._step(self.scheduler.plan.nodes[index], quantifier)
        return seen(items[0]) if items else None

    def _repeat(self) -> Json:
        address = self.record.iteration
        if not address:
            raise ExpressionError("This step is not inside a Repeat, so there is no round.")
        index = number_of(address)
        return {"index": index, "number": index + 1, "count": self.rounds}

    def _step(self, node: PlanNode, quantifier: Quantifier) -> Json:
        record = self.scheduler.record_seen_from(node.index, self.record.iteration)
        if record is None:
            raise ExpressionError(
                f"“{node.label}” did not run here, so it has no data.",
                fix="Give a value for that case with ??, for example {{ … ?? 0 }}.",
                missing=True,
            )
        if quantifier is Quantifier.MATCHING:
            return self._matching(node, record)
        items = _main_items(node, record)
        if quantifier is Quantifier.ALL:
            return [seen(item) for item in items]
        if not items:
            raise ExpressionError(f"“{node.label}” gave no items.", missing=True)
        return seen(items[0])

    def _matching(self, node: PlanNode, record: Record) -> Json:
        if self.position is None:
            positions: Sequence[int] = range(sum(len(s.items) for s in self.record.inputs))
        else:
            positions = (self.position,)
        ancestry = ancestors(self.record, positions, node.index)
        if len(ancestry.items) == 1:
            return seen(ancestry.items[0])
        offer = f"Choose one: {node.key}.first, or all of them: {node.key}.all."
        if len(ancestry.items) > 1:
            raise ExpressionError(
                f"This came from {len(ancestry.items)} items of “{node.label}”, so which one is "
                "meant is not clear.",
                fix=offer,
            )
        items = _main_items(node, record)
        if self.scheduler.pinned and not ancestry.items and len(items) == 1:
            # Pinned data came from nowhere; of a single item no other is meant.
            return seen(items[0])
        if ancestry.lost:
            raise ExpressionError(
                f"Which item of “{node.label}” this one came from is not known, because a step in "
                "between takes the whole list at once.",
                fix=offer,
            )
        inner = node.depth and not self.record.iteration.startswith(record.iteration)
        if inner and len(items) == 1:
            return seen(items[0])  # a step inside a Repeat, seen from outside: its last round
        raise ExpressionError(f"This item did not come from “{node.label}”.", fix=offer)


def seen(item: Item) -> Json:
    """An item as expressions see it: its data, and beside it its files under that name."""
    if not item.files or not isinstance(item.json, dict) or FILES in item.json:
        return item.json
    return {**item.json, FILES: item.dump()[FILES]}


def _main_items(node: PlanNode, record: Record) -> Sequence[Item]:
    """The items of the first exit that is not dead."""
    for port in node.ports_out:
        if port in record.outputs and port != ERROR_PORT:
            return record.outputs[port]
    return next(iter(record.outputs.values()), ())
