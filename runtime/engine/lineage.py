"""Which item came from which. Kept as positions, so that 10,000 items cost a list of numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from runtime.sdk.items import Item

# Origins of a port's items: one entry per item, the positions of the input items it was made of.
# "=" stands for the common case: item i came from input i. None: nobody knows.
IDENTITY = "="
Origins = str | Sequence[Sequence[int] | None] | None


@dataclass(slots=True)
class Slice:
    """Items of one port of one record, as they travel on an edge."""

    record: Record
    port: str
    items: Sequence[Item]
    start: int = 0  # where in the record's port the slice begins


@dataclass(slots=True)
class Record:
    """What one step took in and gave out, at one iteration (or one round of a loop)."""

    node: int
    iteration: str
    inputs: tuple[Slice, ...] = ()
    outputs: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    origins: Mapping[str, Origins] = field(default_factory=dict)
    _ends: list[int] | None = None

    def source_of(self, position: int) -> tuple[Record, str, int] | None:
        """Where the input item at this position lies: record, port, index there."""
        if self._ends is None:
            self._ends = list(accumulate(len(s.items) for s in self.inputs))
        which = bisect_right(self._ends, position)
        if which >= len(self.inputs):
            return None
        piece = self.inputs[which]
        before = self._ends[which - 1] if which else 0
        return piece.record, piece.port, piece.start + position - before

    def parents(self, port: str, index: int) -> Sequence[int] | None:
        """Positions of the input items this output item came from; None where unknown."""
        origins = self.origins.get(port)
        if origins == IDENTITY:
            return (index,)
        if origins is None or isinstance(origins, str) or index >= len(origins):
            return None
        return origins[index]


@dataclass(frozen=True, slots=True)
class Ancestry:
    """Result of looking an ancestor up: the items found, and whether a trail was lost."""

    items: tuple[Item, ...]
    lost: bool


def ancestors(record: Record, positions: Iterable[int], node: int) -> Ancestry:
    """The items of `node` that these input items of `record` came from.

    Walks upwards breadth first; where a step did not say what its items came from, the trail is
    lost and the answer says so.
    """
    found: dict[tuple[int, str, int], Item] = {}
    lost = False
    seen: set[tuple[int, str, int]] = set()
    frontier = [source for p in positions if (source := record.source_of(p)) is not None]
    while frontier:
        following: list[tuple[Record, str, int]] = []
        for current, port, index in frontier:
            mark = (id(current), port, index)
            if mark in seen:
                continue
            seen.add(mark)
            if current.node == node:
                found[mark] = current.outputs[port][index]
                continue
            parents = current.parents(port, index)
            if parents is None:
                lost = True
                continue
            for position in parents:
                source = current.source_of(position)
                if source is not None:
                    following.append(source)
        frontier = following
    return Ancestry(tuple(found.values()), lost)


def flatten(slices: Sequence[Slice]) -> Sequence[Item]:
    """The items of several edges as one list, in their stable order."""
    if len(slices) == 1:
        return slices[0].items
    return [item for piece in slices for item in piece.items]
