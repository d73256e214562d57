"""Which steps each Repeat goes round with, and which wires may not be there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runtime.graph.document import Document, EdgeSpec
from runtime.sdk.loop import CONTINUE, EACH_ROUND


@dataclass(frozen=True, slots=True)
class Regions:
    """`inside[repeat]` are the node ids of its region; `path[node]` the repeats around it,
    outermost first; `leaving` the edges that leave a region without going to `continue`."""

    inside: Mapping[str, frozenset[str]]
    path: Mapping[str, tuple[str, ...]]
    leaving: tuple[tuple[EdgeSpec, str], ...]


def find_regions(document: Document, repeats: Iterable[str]) -> Regions:
    """The region of a Repeat is all that its `each_round` exit reaches."""
    outgoing: dict[str, list[EdgeSpec]] = {}
    for edge in document.edges:
        outgoing.setdefault(edge.source, []).append(edge)
    inside = {repeat: _reached(repeat, outgoing) for repeat in repeats}
    path = {node.id: _around(node.id, inside) for node in document.nodes}
    leaving = tuple(
        (edge, repeat)
        for edge in document.edges
        for repeat, region in inside.items()
        if edge.source in region
        and edge.target not in region
        and not (edge.target == repeat and edge.target_port == CONTINUE)
    )
    return Regions(inside, path, leaving)


def _reached(repeat: str, outgoing: Mapping[str, list[EdgeSpec]]) -> frozenset[str]:
    starts = [e.target for e in outgoing.get(repeat, []) if e.source_port == EACH_ROUND]
    seen: set[str] = set()
    stack = [target for target in starts if target != repeat]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        stack.extend(e.target for e in outgoing.get(node, []) if e.target != repeat)
    return frozenset(seen)


def _around(node: str, inside: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    holders = [repeat for repeat, region in inside.items() if node in region]
    return tuple(sorted(holders, key=lambda repeat: (-len(inside[repeat]), repeat)))


def find_cycle(document: Document, repeats: Iterable[str]) -> list[str] | None:
    """Node ids of one cycle that does not go through a Repeat's `continue`, or None."""
    loops = frozenset(repeats)
    outgoing: dict[str, list[str]] = {}
    for edge in document.edges:
        if not (edge.target in loops and edge.target_port == CONTINUE):
            outgoing.setdefault(edge.source, []).append(edge.target)
    done: set[str] = set()
    for start in outgoing:
        if start not in done:
            cycle = _walk(start, outgoing, done)
            if cycle:
                return cycle
    return None


def _walk(start: str, outgoing: Mapping[str, list[str]], done: set[str]) -> list[str] | None:
    path: list[str] = [start]
    on_path = {start}
    iterators = [iter(outgoing.get(start, ()))]
    while path:
        following = next(iterators[-1], None)
        if following is None:
            iterators.pop()
            finished = path.pop()
            on_path.discard(finished)
            done.add(finished)
        elif following in on_path:
            return path[path.index(following) :]
        elif following not in done:
            path.append(following)
            on_path.add(following)
            iterators.append(iter(outgoing.get(following, ())))
    return None
