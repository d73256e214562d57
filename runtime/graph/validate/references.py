"""Inserted data: the step it names exists, runs before, and is not hidden inside other rounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from runtime.expressions import compile_params
from runtime.expressions.scope import RESERVED_ROOTS
from runtime.graph.document import Document, NodeSpec
from runtime.graph.issue import Issue
from runtime.graph.plan import migrated_params
from runtime.graph.regions import find_regions
from runtime.graph.validate.params import label_of
from runtime.sdk import Node

Types = Mapping[str, type[Node]]


def check_references(document: Document, types: Types) -> Iterator[Issue]:
    """Issues about paths whose root is no step, or no step that ran before."""
    keys = {node.key: node.id for node in document.nodes}
    before = _Before(document)
    loops = {n.id for n in document.nodes if n.type in types and types[n.type].loop}
    regions = find_regions(document, loops)
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
                yield _unknown(node, node_type, field, path.name, list(keys))
            elif target not in before.of(node.id):
                yield _later(node, node_type, field, path.name)


class _Before:
    """The steps that can have run before a step: all its ancestors, found once per step."""

    def __init__(self, document: Document) -> None:
        self._sources: dict[str, list[str]] = {}
        for edge in document.edges:
            self._sources.setdefault(edge.target, []).append(edge.source)
        self._known: dict[str, frozenset[str]] = {}

    def of(self, node: str) -> frozenset[str]:
        if node not in self._known:
            seen: set[str] = set()
            stack = list(self._sources.get(node, ()))
            while stack:
                current = stack.pop()
                if current not in seen:
                    seen.add(current)
                    stack.extend(self._sources.get(current, ()))
            self._known[node] = frozenset(seen)
        return self._known[node]


def _unknown(
    node: NodeSpec, node_type: type[Node], field: str, name: str, keys: list[str]
) -> Issue:
    close = get_close_matches(name, keys, n=1)
    fix = f"Did you mean “{close[0]}”?" if close else "Pick the value again from the list of steps."
    return _issue(
        node,
        node_type,
        "dead_reference",
        field,
        f"refers to a step “{name}” that does not exist",
        fix,
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
    node: NodeSpec, node_type: type[Node], code: str, field: str, what: str, fix: str
) -> Issue:
    label = label_of(node_type.Params, field.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0])
    return Issue(
        code, f"“{label}” of “{node.label}” {what}.", fix, node=node.id, key=node.key, field=field
    )
