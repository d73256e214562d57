"""Tokens, joins, dead paths and rounds. Deterministic: the state is a fold over what finished.

Never stored: a new owner feeds the journal's finished steps in `seq` order and gets the same
state, so everything here must depend on nothing but the plan and those calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from runtime.engine.address import depth_of, order_of, prefix, round_address
from runtime.engine.decisions import Decision, JudgeRound, LoopOver, Ready, Skipped
from runtime.engine.lineage import IDENTITY, Origins, Record, Slice, flatten
from runtime.engine.loops import OpenLoop, Round
from runtime.engine.words import closed_exit_why, joined_why, skipped_why
from runtime.graph.plan import Plan, PlanEdge, PlanNode
from runtime.sdk import JoinRule, Mode
from runtime.sdk.items import Item
from runtime.sdk.loop import CONTINUE, EACH_ROUND, FINISHED, LoopKind, LoopSpec

Place = tuple[int, str]  # a node's index at an iteration


class _Dead:
    """Nothing will ever come by this edge."""


DEAD = _Dead()
Token = Slice | _Dead
# A token on its way (edge, the scope its source speaks from, token), or a place that settled.
Work = tuple[PlanEdge, str, Token] | tuple[PlanNode, str]


@dataclass(slots=True)
class Arrival:
    """How many edges of a place are still open."""

    open: int
    decided: bool = False


@dataclass(slots=True)
class Scheduler:
    """The state of one run's graph. Every method returns the decisions that follow from it."""

    plan: Plan
    tokens: dict[tuple[int, str], Token] = field(default_factory=dict)
    arrivals: dict[Place, Arrival] = field(default_factory=dict)
    records: dict[Place, Record] = field(default_factory=dict)
    reasons: dict[Place, str] = field(default_factory=dict)  # why a place was skipped
    loops: dict[Place, OpenLoop] = field(default_factory=dict)
    rounds_of: dict[int, list[str]] = field(default_factory=dict)  # open round addresses
    settled: int = 0  # of the steps outside all rounds
    late: list[tuple[PlanNode, str, PlanEdge]] = field(default_factory=list)
    # Which edge an *any* or *first* join took before, from the journal: replay needs no luck.
    taken: dict[Place, int] = field(default_factory=dict)
    # Whose result was laid down beforehand: where no wire leads to them, they are reached. One at
    # the end of a dead path stays dead, or a test would do what no run does.
    pinned: frozenset[Place] = frozenset()
    _out: list[Decision] = field(default_factory=list)
    # Work still to do. A queue instead of recursion: a chain of 10,000 skipped steps is legal.
    _work: list[Work] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Every step outside the rounds has been decided and has settled."""
        return self.settled == self.plan.top_level

    # -- what the driver calls ---------------------------------------------------------------

    def start(self, trigger: int, items: Sequence[Item]) -> list[Decision]:
        """Begin with one trigger; whatever else has no way in is dead."""
        origin = Record(-1, "", (), {"in": items}, {"in": [[] for _ in items]})
        for node in self.plan.nodes:
            if node.around or any(self._counts(e) for e in node.incoming):
                continue
            place = (node.index, "")
            self.arrivals[place] = Arrival(0, decided=True)
            if node.index == trigger:
                piece = Slice(origin, "in", items)
                record = Record(node.index, "", (piece,))
                self._out.append(Ready(node, "", {"in": (piece,)}, record))
            elif place in self.pinned:
                self._out.append(Ready(node, "", {}, Record(node.index, "")))
            else:
                self._skip(node, "", skipped_why(node, self.plan.nodes[trigger].label))
        return self._drain()

    def complete(
        self,
        ready: Ready,
        outputs: Mapping[str, Sequence[Item]],
        origins: Mapping[str, Origins],
    ) -> list[Decision]:
        """A step has ended well; `outputs` lacks the ports that are dead."""
        record = ready.record
        record.outputs, record.origins = outputs, origins
        place = (ready.node.index, ready.iteration)
        self.records[place] = record
        for edge in ready.node.outgoing:
            items = outputs.get(edge.source_port)
            token: Token = DEAD if items is None else Slice(record, edge.source_port, items)
            self._send(edge, ready.iteration, token)
        self._work.append((ready.node, ready.iteration))
        return self._drain()

    def open_loop(self, ready: Ready, spec: LoopSpec) -> list[Decision]:
        """A Repeat begins its rounds."""
        place = (ready.node.index, ready.iteration)
        self.loops[place] = OpenLoop(ready.record, spec)
        self.records[place] = ready.record
        self._advance(ready.node, ready.iteration)
        return self._drain()

    def judged(self, node: PlanNode, iteration: str, enough: bool) -> list[Decision]:
        """The verdict on the last round of an *until* loop."""
        loop = self.loops[(node.index, iteration)]
        loop.judging = False
        if enough:
            loop.done, loop.why = True, f"The condition held after round {loop.opened}."
        elif loop.opened >= loop.spec.maximum:
            loop.done = True
            loop.why = f"Stopped after {loop.opened} rounds, the most that are allowed."
        self._advance(node, iteration)
        return self._drain()

    # -- tokens ------------------------------------------------------------------------------

    def _counts(self, edge: PlanEdge) -> bool:
        """Whether a step waits for this edge; what comes to Continue belongs to the round."""
        return not (edge.target_port == CONTINUE and self.plan.nodes[edge.target].type.loop)

    def _depth(self, edge: PlanEdge) -> int:
        source = self.plan.nodes[edge.source]
        return source.depth + (edge.source_port == EACH_ROUND and source.is_loop)

    def _send(self, edge: PlanEdge, address: str, token: Token) -> None:
        """Put a token on an edge; `address` is the scope the source speaks from."""
        self._work.append((edge, address, token))

    def _deliver(self, edge: PlanEdge, address: str, token: Token) -> None:
        self.tokens[(edge.index, address)] = token
        if not self._counts(edge):
            return
        target = self.plan.nodes[edge.target]
        if target.depth == depth_of(address):
            self._arrive(target, address, edge, token)
            return
        # The target is inside rounds the source is not part of: every open one gets the token,
        # later ones find it when they count what is still open.
        for inner in self.rounds_of.get(target.around[-1], ()):
            if prefix(inner, depth_of(address)) == address:
                self._arrive(target, inner, edge, token)

    def _arrive(self, node: PlanNode, iteration: str, edge: PlanEdge, token: Token) -> None:
        place = (node.index, iteration)
        arrival = self.arrivals.get(place)
        if arrival is None:
            waiting = sum(
                self._token(e, iteration) is None for e in node.incoming if self._counts(e)
            )
            arrival = self.arrivals[place] = Arrival(waiting)
        else:
            arrival.open -= 1
        if arrival.decided:
            if token is not DEAD:
                self.late.append((node, iteration, edge))
            return
        if self._enough(node, iteration, edge, token):
            arrival.decided = True
            self._decide(node, iteration, (edge,))
        elif arrival.open == 0:
            arrival.decided = True
            self._decide(node, iteration, node.incoming)

    def _enough(self, node: PlanNode, iteration: str, edge: PlanEdge, token: Token) -> bool:
        """Whether this one token lets an *any* or *first* join run."""
        if node.join is JoinRule.ALL or not isinstance(token, Slice):
            return False
        before = self.taken.get((node.index, iteration))
        if before is not None:
            return before == edge.index
        return node.join is JoinRule.FIRST or bool(token.items)

    def _token(self, edge: PlanEdge, iteration: str) -> Token | None:
        return self.tokens.get((edge.index, prefix(iteration, self._depth(edge))))

    def _decide(self, node: PlanNode, iteration: str, edges: Sequence[PlanEdge]) -> None:
        inputs: dict[str, tuple[Slice, ...] | None] = dict.fromkeys(node.ports_in)
        dead = 0
        for edge in edges:
            if not self._counts(edge):
                continue
            token = self._token(edge, iteration)
            if isinstance(token, Slice):
                inputs[edge.target_port] = (*(inputs.get(edge.target_port) or ()), token)
            else:
                dead += 1
        live = [piece for pieces in inputs.values() for piece in pieces or ()]
        starved = node.mode is Mode.EACH and node.ports_in and not inputs[node.ports_in[0]]
        if not live or starved:
            self._skip(node, iteration, self._why_dead(node, iteration))
            return
        record = Record(node.index, iteration, tuple(live))
        waited = joined_why(self.plan, node, dead) if len(node.incoming) > 1 else None
        taken = edges[0].index if node.join is not JoinRule.ALL and len(edges) == 1 else None
        self._out.append(Ready(node, iteration, inputs, record, waited, taken))

    def _why_dead(self, node: PlanNode, iteration: str) -> str:
        for edge in node.incoming:
            source = self.plan.nodes[edge.source]
            place = (edge.source, prefix(iteration, source.depth))
            if place in self.reasons:
                return f"“{source.label}” before it was skipped."
            if self._token(edge, iteration) is DEAD:
                return closed_exit_why(source, edge.source_port)
        return "Nothing led here."

    def _skip(self, node: PlanNode, iteration: str, why: str) -> None:
        self.reasons[(node.index, iteration)] = why
        self._out.append(Skipped(node, iteration, why))
        for edge in node.outgoing:
            if not (node.is_loop and edge.source_port == EACH_ROUND):
                self._send(edge, iteration, DEAD)
        self._work.append((node, iteration))

    # -- rounds ------------------------------------------------------------------------------

    def _settle(self, node: PlanNode, iteration: str) -> None:
        if not node.around:
            self.settled += 1
            return
        loop_node = self.plan.nodes[node.around[-1]]
        outer = prefix(iteration, node.depth - 1)
        loop = self.loops[(loop_node.index, outer)]
        current = loop.rounds[int(iteration.rpartition(":")[2])]
        current.settled += 1
        if current.settled == loop_node.members:
            self._end_round(loop_node, outer, loop, current, iteration)

    def _end_round(
        self, node: PlanNode, iteration: str, loop: OpenLoop, current: Round, address: str
    ) -> None:
        edges = [e for e in node.incoming if not self._counts(e)]
        tokens = [self.tokens.get((e.index, address)) for e in edges if e.source != node.index]
        current.result = tuple(t for t in tokens if isinstance(t, Slice))
        current.broke = bool(edges) and not current.result
        loop.ended += 1
        self.rounds_of[node.index].remove(address)
        if loop.sequential and current.broke:
            loop.done, loop.why = True, f"Round {current.number + 1} sent nothing to Continue."
        elif loop.spec.kind is LoopKind.UNTIL:
            items = flatten(current.result) if current.result else ()
            loop.judging = True
            judge = Record(node.index, address, current.result)
            self._out.append(JudgeRound(node, iteration, current.number, items, judge))
            return
        self._advance(node, iteration)

    def _advance(self, node: PlanNode, iteration: str) -> None:
        loop = self.loops[(node.index, iteration)]
        while loop.may_open():
            self._open_round(node, iteration, loop)
        if loop.over:
            self._finish_loop(node, iteration, loop)

    def _open_round(self, node: PlanNode, iteration: str, loop: OpenLoop) -> None:
        number = loop.opened
        address = round_address(iteration, node.key, number)
        inputs = loop.next_inputs()
        items = flatten(inputs)
        record = Record(node.index, address, inputs, {EACH_ROUND: items}, {EACH_ROUND: IDENTITY})
        loop.rounds[number] = Round(number, record)
        loop.opened += 1
        self.rounds_of.setdefault(node.index, []).append(address)
        for edge in node.outgoing:
            if edge.source_port == EACH_ROUND:
                if edge.target == node.index:  # wired straight back to Continue
                    self.tokens[(edge.index, address)] = Slice(record, EACH_ROUND, items)
                else:
                    self._send(edge, address, Slice(record, EACH_ROUND, items))
        if not node.members:
            loop.rounds[number].result = (Slice(record, EACH_ROUND, items),)
            loop.ended += 1
            self.rounds_of[node.index].remove(address)
            if loop.spec.kind is LoopKind.UNTIL:
                loop.judging = True
                self._out.append(JudgeRound(node, iteration, number, items, record))

    def _finish_loop(self, node: PlanNode, iteration: str, loop: OpenLoop) -> None:
        results = loop.results()
        items = flatten(results)
        record = Record(node.index, iteration, results, {FINISHED: items}, {FINISHED: IDENTITY})
        self.records[(node.index, iteration)] = record
        why = loop.why or f"Went round {loop.opened} times."
        self._out.append(LoopOver(node, iteration, record, loop.opened, why))
        for edge in node.outgoing:
            if edge.source_port == FINISHED:
                self._send(edge, iteration, Slice(record, FINISHED, items))
        self._work.append((node, iteration))

    # -- looking around ----------------------------------------------------------------------

    def record_seen_from(self, node: int, iteration: str) -> Record | None:
        """The record of a step as seen from an iteration; inside other rounds, the last one."""
        depth = self.plan.nodes[node].depth
        if depth <= depth_of(iteration):
            record = self.records.get((node, prefix(iteration, depth)))
            if record is not None:
                return record
        inside = [at for index, at in self.records if index == node]
        if not inside:
            return None
        return self.records[(node, max(inside, key=order_of))]

    def rounds_around(self, record: Record) -> int | None:
        """How many rounds the loop around a record has, where that is known beforehand."""
        node = self.plan.nodes[record.node]
        if not record.iteration or not node.around:
            return None
        loop = self.loops.get((node.around[-1], record.iteration.rpartition("/")[0]))
        return loop.total if loop is not None else None

    def leaves(self) -> Iterable[tuple[PlanNode, Record]]:
        """Steps outside the rounds that ran and whose items nobody took."""
        for node in self.plan.nodes:
            record = self.records.get((node.index, ""))
            if node.around or record is None:
                continue
            taken = (
                self.tokens.get((e.index, ""))
                for e in node.outgoing
                if not (node.is_loop and e.source_port == EACH_ROUND)
            )
            if not any(isinstance(token, Slice) for token in taken):
                yield node, record

    def _drain(self) -> list[Decision]:
        for entry in self._work:  # grows while it is gone through
            if len(entry) == 3:
                self._deliver(*entry)
            else:
                self._settle(*entry)
        self._work.clear()
        decisions, self._out = self._out, []
        return decisions
