"""One open loop: which rounds to open next and what they gave back. Knows nothing of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from runtime.engine.lineage import Record, Slice
from runtime.sdk.loop import LoopKind, LoopSpec, Rounds


@dataclass(slots=True)
class Round:
    """One round: what it began with, how many of its steps have settled, what came back."""

    number: int
    record: Record  # its `each_round` items, with the way back to the loop's own input
    settled: int = 0
    result: tuple[Slice, ...] | None = None
    broke: bool = False  # something could have come back, and nothing did


@dataclass(slots=True)
class OpenLoop:
    """The state of a Repeat between its first round and its end."""

    record: Record  # the loop's own step; its inputs are what came to Start
    spec: LoopSpec
    rounds: dict[int, Round] = field(default_factory=dict)
    opened: int = 0
    ended: int = 0
    done: bool = False  # no further round may open
    judging: bool = False  # the last round's verdict is still to come
    why: str = ""

    @property
    def total(self) -> int | None:
        """How many rounds there will be, where that is known beforehand."""
        if self.spec.kind is LoopKind.UNTIL:
            return None
        if self.spec.kind is LoopKind.TIMES:
            return min(self.spec.times, self.spec.maximum)
        count = sum(len(piece.items) for piece in self.record.inputs)
        return -(-count // max(1, self.spec.batch_size))

    @property
    def sequential(self) -> bool:
        """Each round goes on from the last one's result."""
        return self.spec.kind is LoopKind.UNTIL or (
            self.spec.kind is LoopKind.TIMES and self.spec.parallel <= 1
        )

    @property
    def over(self) -> bool:
        """Every round there will be has ended."""
        total = self.total
        complete = self.done or (total is not None and self.opened >= total)
        return complete and self.opened == self.ended

    def may_open(self) -> bool:
        """Whether another round may begin now."""
        if self.done:
            return False
        running = self.opened - self.ended
        if self.spec.kind is LoopKind.UNTIL:
            return running == 0 and not self.judging
        return self.opened < (self.total or 0) and running < max(1, self.spec.parallel)

    def next_inputs(self) -> tuple[Slice, ...]:
        """What the next round begins with."""
        if self.spec.kind is LoopKind.EACH:
            return cut(self.record.inputs, self.opened * self.spec.batch_size, self.spec.batch_size)
        if self.sequential and self.opened:
            result = self.rounds[self.opened - 1].result
            if result:
                return result
        return self.record.inputs

    def results(self) -> tuple[Slice, ...]:
        """What `finished` sends: all rounds' results in their order, or only the last one's."""
        numbers = sorted(self.rounds)
        if self.spec.collect is Rounds.LAST:
            numbers = numbers[-1:]
        return tuple(piece for n in numbers for piece in self.rounds[n].result or ())


def cut(slices: Sequence[Slice], start: int, count: int) -> tuple[Slice, ...]:
    """The items from `start` on, `count` of them, still knowing where they lie."""
    found: list[Slice] = []
    for piece in slices:
        length = len(piece.items)
        if start < length and count > 0:
            taken = piece.items[start : start + count]
            found.append(Slice(piece.record, piece.port, taken, piece.start + start))
            count -= len(taken)
        start = max(0, start - length)
    return tuple(found)
