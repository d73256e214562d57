"""Inserted data: the step it names exists, runs before, and is not hidden inside other rounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from runtime.expressions import compile_params
from runtime.expressions.scope import RESERVED_ROOTS
from runtime.graph.document import Document, EdgeSpec, NodeSpec
from runtime.graph.issue import Issue
from runtime.graph.plan import migrated_params
from runtime.graph.regions import find_regions
from runtime.graph.validate.params import label_of
from runtime.graph.validate.wires import MAX_REPEATS
from runtime.sdk import Node
from runtime.sdk.loop import CONTINUE

Types = Mapping[str, type[Node]]
# Looking for a similar name reads every key: a document of nothing but typing errors would take
# minutes.
MOST_GUESSES = 20
MOST_KEYS = 500


def check_references(document: Document, types: Types) -> Iterator[Issue]:
    """Issues about paths whose root is no step, or no step that ran before."""
    keys = {node.key: node.id for node in document.nodes}
    loops = frozenset(n.id for n in document.nodes if n.type in types and types[n.type].loop)
    before = _Before(document, loops)
    regions = find_regions(document, loops if len(loops) <= MAX_REPEATS else ())
    users = {edge.target: edge.source for edge in document.edges if edge.to_tool}
    guesses = 0
    for node in document.nodes:
        node_type = types.get(node.type)
        if node_type is None or node.disabled:
            continue
        compiled, _ = compile_params(migrated_params(node, node_type), node_type.Params)
        reported: set[tuple[str, str]] = set()
        for field, path in compiled.paths():
            if (field, path.name) in reported or path.name in RESERVED_ROOTS:
                if path.name == "repeat" and not regions.path[node.id] and node.id not in loops:
                    reported.add((field, path.name))
                    yield _outside_repeat(node, node_type, field)
                continue
            reported.add((field, path.name))
            target = keys.get(path.name)
            if target is None:
                guesses += 1
                known = list(keys)[:MOST_KEYS] if guesses <= MOST_GUESSES else []
                yield _unknown(node, node_type, field, path.name, known)
            elif not before.can_have_run(target, users.get(node.id, node.id)):
                yield _later(node, node_type, field, path.name)


class _Before:
    """The steps that can have run before a step: all its ancestors, as one bit each.

    A set for each step of a chain of thousands would take hundreds of megabytes.
    """

    def __init__(self, document: Document, loops: frozenset[str]) -> None:
        self._bit = {node.id: 1 << place for place, node in enumerate(document.nodes)}
        self._edges = [e for e in document.edges if e.source in self._bit and e.target in self._bit]
        back = {e for e in self._edges if e.target in loops and e.target_port == CONTINUE}
        order = _in_order(self._bit, [e for e in self._edges if e not in back])
        # Steps in a circle have no order; that is reported once, not again for each value.
        self._known = self._ancestors(order) if order and len(loops) <= MAX_REPEATS else None

    def can_have_run(self, earlier: str, node: str) -> bool:
        return self._known is None or bool(self._known[node] & self._bit[earlier])

    def _ancestors(self, order: Sequence[str]) -> dict[str, int]:
        """One pass along the wires, and one more for each way back that adds something."""
        place = {node: n for n, node in enumerate(order)}
        edges = sorted(self._edges, key=lambda e: place[e.source])
        found = dict.fromkeys(order, 0)
        growing = True
        while growing:
            growing = False
            for edge in edges:
                before = found[edge.target]
                more = before | found[edge.source] | self._bit[edge.source]
                if more != before:
                    found[edge.target] = more
                    growing = True
        return found


def _in_order(nodes: Iterable[str], edges: Sequence[EdgeSpec]) -> list[str]:
    """The nodes, each after its sources; empty where some go in a circle."""
    waiting = dict.fromkeys(nodes, 0)
    outgoing: dict[str, list[str]] = {}
    for edge in edges:
        waiting[edge.target] += 1
        outgoing.setdefault(edge.source, []).append(edge.target)
    order = [node for node, count in waiting.items() if count == 0]
    for node in order:
        for target in outgoing.get(node, ()):
            waiting[target] -= 1
            if waiting[target] == 0:
                order.append(target)
    return order if len(order) == len(waiting) else []


def _unknown(
    node: NodeSpec, node_type: type[Node], field: str, name: str, keys: list[str]
) -> Issue:
    close = get_close_matches(name, keys, n=1)
    action = {"kind": "rename_reference", "from": name, "to": close[0]} if close else None
    fix = f"Did you mean “{close[0]}”?" if close else "Pick the value again from the list of steps."
    return _issue(
        node,
        node_type,
        "dead_reference",
        field,
        f"refers to a step “{name}” that does not exist",
        fix,
        action,
    )


def _later(node: NodeSpec, node_type: type[Node], field: str, name: str) -> Issue:
    return _issue(
        node,
        node_type,
        "reference_not_before",
        field,
        f"refers to “{name}”, which does not run before this step",
        f"Draw a wire so that “{name}” comes first, or pick another value.",
    )


def _outside_repeat(node: NodeSpec, node_type: type[Node], field: str) -> Issue:
    return _issue(
        node,
        node_type,
        "repeat_outside",
        field,
        "refers to the current round, but this step is not inside a Repeat",
        "Use it only in steps between “Each round” and “Continue”.",
    )


def _issue(
    node: NodeSpec,
    node_type: type[Node],
    code: str,
    field: str,
    what: str,
    fix: str,
    action: dict[str, Any] | None = None,
) -> Issue:
    label = label_of(node_type.Params, field.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0])
    return Issue(
        code,
        f"“{label}” of “{node.label}” {what}.",
        fix,
        node=node.id,
        key=node.key,
        field=field,
        action=action,
    )
