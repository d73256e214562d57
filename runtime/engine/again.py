"""Running again: which recorded steps a new run may take over, and why others are done anew.

Pure. A step may stand when it ended well, is set and wired as it was, and all that it was made of
stands as well. Taking over means copying journal rows: ordinary replay then skips them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from runtime.engine.address import depth_of, number_of, prefix
from runtime.engine.history import PINNED
from runtime.engine.resolve import validated
from runtime.graph.plan import Plan, PlanEdge, PlanNode
from runtime.sdk import NodeError
from runtime.sdk.loop import CONTINUE, EACH_ROUND, LoopKind

START, FAILURE = "*start", "*failure"  # from where; anything else is a step's key
Place = tuple[str, str]  # a step's key and iteration


class Why(StrEnum):
    """Why a step is done anew."""

    CHOSEN = "chosen"
    FAILED = "failed"
    UNFINISHED = "unfinished"
    CHANGED = "changed"  # its settings are others in the graph that runs now
    WIRED = "wired"  # its wires are
    NEW = "new"  # it did not exist
    GONE = "gone"  # what it gave was removed meanwhile
    AFTER = "after"  # it follows one that is done anew


@dataclass(frozen=True, slots=True)
class PastStep:
    """A recorded step. `has_output` is false where its data was removed."""

    node: str
    iteration: str
    seq: int
    status: str
    has_output: bool
    item_errors: int = 0
    taken: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redone:
    """Why a step is done anew, and after which other one."""

    why: Why
    after: str | None = None


@dataclass(slots=True)
class Takeover:
    """Rows to copy, by `seq`: `steps` as they are, `loops` as begun; `items` that stand."""

    steps: list[int] = field(default_factory=list)
    loops: list[int] = field(default_factory=list)
    items: list[Place] = field(default_factory=list)  # places whose succeeded items stand
    edges: dict[int, int] = field(default_factory=dict)  # seq -> the wire a join took, renumbered
    kept: list[str] = field(default_factory=list)  # keys all of whose results stand
    redone: dict[str, Redone] = field(default_factory=dict)
    answered: bool = False  # the answer for the caller stands too


def take_over(
    old: Plan,
    new: Plan,
    past: Sequence[PastStep],
    since: str,
    pins: Mapping[str, bool] | None = None,
) -> Takeover:
    """Decide what stands of a run that is over; `since` is START, FAILURE or a step's key.

    `pins` are the steps whose result a person lays down, and whether the run had that very one; it
    is not copied. Without them (None) results that were pinned then stand as they are.
    """
    judge = _Judge(old, new, since, past, pins)
    if since != START:
        for step in sorted(past, key=lambda s: s.seq):
            judge.look(step)
    return judge.summed_up(past)


def failing(past: Iterable[PastStep]) -> frozenset[Place]:
    """Steps that went on past failed items, where none stopped the run: those are what failed."""
    steps = list(past)
    if any(step.status not in ("succeeded", "skipped") for step in steps):
        return frozenset()
    return frozenset((s.node, s.iteration) for s in steps if s.item_errors)


class _Judge:
    """Looks at the recorded steps in the order they ended: what one was made of comes before it."""

    def __init__(
        self,
        old: Plan,
        new: Plan,
        since: str,
        past: Sequence[PastStep],
        pins: Mapping[str, bool] | None,
    ) -> None:
        self._old, self._new, self._since, self._pins = old, new, since, pins
        self._failing = failing(past) if since == FAILURE else frozenset()
        # Asked for by the steps of their rounds, which ended before them.
        self._loops = {(s.node, s.iteration): s for s in past if "loop" in s.taken}
        self._stands: set[Place] = set()
        self._broken: dict[str, str] = {}  # iteration -> a step in it that is done anew
        self._differs: dict[str, Why | None] = {}
        self._made = Takeover()

    def look(self, step: PastStep) -> None:
        """Judge one recorded step."""
        node = self._node(step.node)
        if self._pins is not None and step.node in self._pins:
            if self._pins[step.node]:
                self._stands.add((step.node, step.iteration))
            return
        redone = self._own(step, node) or self._from_before(step, node)
        if redone is None:
            self._stand(step, node)
            return
        self._made.redone.setdefault(step.node, redone)
        self._break(step)
        if node is None or self._differing(node) or self._since == step.node:
            return
        if node.is_loop and self._begins(node, step.iteration) is None and "loop" in step.taken:
            self._made.loops.append(step.seq)
        elif not node.is_loop and self._from_before(step, node) is None:
            self._made.items.append((step.node, step.iteration))

    def summed_up(self, past: Sequence[PastStep]) -> Takeover:
        """The result, with a word on every step of the new graph."""
        made = self._made
        ran = {step.node for step in past}
        for node in self._new.nodes:
            if node.key in made.redone or self._since == START:
                continue
            if node.key not in self._old.by_key:
                made.redone[node.key] = Redone(Why.NEW)
            elif node.key in ran:
                made.kept.append(node.key)
        return made

    # -- one step ----------------------------------------------------------------------------

    def _own(self, step: PastStep, node: PlanNode | None) -> Redone | None:
        """A reason that lies in the step itself."""
        if node is None:
            return Redone(Why.NEW)
        if self._since == step.node:
            return Redone(Why.CHOSEN)
        if PINNED in step.taken:
            return None if self._pins is None else Redone(Why.CHANGED)
        if (why := self._differing(node)) is not None:
            return Redone(why)
        if step.status == "skipped":
            return None
        if step.status == "failed" or (step.node, step.iteration) in self._failing:
            return Redone(Why.FAILED)
        if step.status != "succeeded":
            return Redone(Why.UNFINISHED)
        return None if step.has_output else Redone(Why.GONE)

    def _from_before(self, step: PastStep, node: PlanNode | None) -> Redone | None:
        """A reason that lies in what the step was made of."""
        if node is None or (PINNED in step.taken and self._pins is None):
            return None
        if node.is_loop:
            inside = self._broken.get(f"{step.iteration}|{node.key}")
            if inside is not None:
                return Redone(Why.AFTER, inside)
        return self._begins(node, step.iteration, step.taken.get("edge"))

    def _begins(self, node: PlanNode, iteration: str, took: object = None) -> Redone | None:
        """Whether it would begin with the same as before."""
        for edge in node.incoming:
            if edge.target_port == CONTINUE and node.is_loop:
                continue
            if isinstance(took, int) and self._edge_before(edge) != took:
                continue  # a join that ran on one wire was made of nothing else
            after = self._spoiled(edge, iteration)
            if after is not None:
                return Redone(Why.AFTER, after)
        return None

    def _spoiled(self, edge: PlanEdge, iteration: str) -> str | None:
        """The step because of which a wire may bring something else; None where it does not."""
        source = self._new.nodes[edge.source]
        if source.is_loop and edge.source_port == EACH_ROUND:
            return self._spoiled_round(source, prefix(iteration, source.depth + 1))
        place = (source.key, prefix(iteration, source.depth))
        return None if place in self._stands else source.key

    def _spoiled_round(self, loop: PlanNode, address: str) -> str | None:
        outer = prefix(address, loop.depth)
        if self._since == loop.key or self._differing(loop) is not None:
            return loop.key
        before = self._begins(loop, outer)
        if before is not None:
            return before.after
        number = number_of(address)
        if number == 0 or not self._goes_on_from_the_last(loop, outer):
            return None
        previous = f"{address.rpartition(':')[0]}:{number - 1}"
        return self._broken.get(previous)

    def _goes_on_from_the_last(self, loop: PlanNode, outer: str) -> bool:
        row = self._loops.get((loop.key, outer))
        try:
            spec = loop.type.loop_spec(validated(loop, (row.taken if row else {})["loop"]))
        except (NodeError, KeyError):
            return True
        return spec.kind is LoopKind.UNTIL or (spec.kind is LoopKind.TIMES and spec.parallel <= 1)

    # -- bookkeeping -------------------------------------------------------------------------

    def _stand(self, step: PastStep, node: PlanNode | None) -> None:
        self._stands.add((step.node, step.iteration))
        if node is None or step.status != "succeeded":
            return  # what was skipped is skipped again by itself
        self._made.steps.append(step.seq)
        self._made.answered |= node.type.responds and not node.disabled
        took = step.taken.get("edge")
        if isinstance(took, int):
            wire = next((e for e in node.incoming if self._edge_before(e) == took), None)
            if wire is not None and wire.index != took:
                self._made.edges[step.seq] = wire.index

    def _break(self, step: PastStep) -> None:
        """The rounds a step lies in are no longer whole, nor are the loops around it."""
        node = self._node(step.node)
        for depth in range(1, depth_of(step.iteration) + 1):
            address = prefix(step.iteration, depth)
            self._broken.setdefault(address, step.node)
            outer, _, own = address.rpartition("/")
            self._broken.setdefault(f"{outer}|{own.rpartition(':')[0]}", step.node)
        if node is not None and node.is_loop:
            self._stands.discard((step.node, step.iteration))

    def _node(self, key: str) -> PlanNode | None:
        index = self._new.by_key.get(key)
        return None if index is None else self._new.nodes[index]

    def _differing(self, node: PlanNode) -> Why | None:
        if self._old is self._new:
            return None
        if node.key not in self._differs:
            self._differs[node.key] = difference(self._old, self._new, node)
        return self._differs[node.key]

    def _edge_before(self, edge: PlanEdge) -> int | None:
        """The number a wire had in the graph that ran."""
        if self._old is self._new:
            return edge.index
        mine = _wire(self._new, edge)
        target = self._old.by_key.get(mine[2])
        known = self._old.nodes[target].incoming if target is not None else ()
        return next((e.index for e in known if _wire(self._old, e) == mine), None)


def difference(old: Plan, new: Plan, node: PlanNode) -> Why | None:
    """How a step of the new graph differs from the one of the same name in the old one."""
    index = old.by_key.get(node.key)
    if index is None:
        return Why.NEW
    before = old.nodes[index]
    if before.type is not node.type or before.disabled != node.disabled:
        return Why.CHANGED
    if node.type.trigger is None and (
        # A trigger's settings say how it is called, not what it gives.
        _settings(before) != _settings(node) or before.policy != node.policy
    ):
        return Why.CHANGED
    return None if _surroundings(old, before) == _surroundings(new, node) else Why.WIRED


def _settings(node: PlanNode) -> object:
    """What it was told, and what it may use: a step with other tools may do something else."""
    tools = [(t.shown, t.node.type, t.node.policy, _settings(t.node)) for t in node.tools]
    return node.raw, [inner.policy for inner in node.inner.values()], tools


def _surroundings(plan: Plan, node: PlanNode) -> tuple[object, ...]:
    around = tuple(plan.nodes[i].key for i in node.around)
    return around, tuple(_wire(plan, edge) for edge in node.incoming)


def _wire(plan: Plan, edge: PlanEdge) -> tuple[str, str, str, str]:
    source, target = plan.nodes[edge.source].key, plan.nodes[edge.target].key
    return source, edge.source_port, target, edge.target_port
