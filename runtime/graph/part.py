"""Parts of a graph: what leads to a step, what follows from it, and a document of only that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum

from runtime.expressions.errors import ExpressionError
from runtime.expressions.formula import prepare
from runtime.graph.document import Document, EdgeSpec
from runtime.graph.plan import Plan, PlanNode


class Extent(StrEnum):
    """How much of a flow is to run, seen from one step."""

    ONLY = "only"  # this step, with data that is there
    TO = "to"  # and what it needs
    FROM = "from"  # and all that follows


def leading_to(plan: Plan, goals: Iterable[int]) -> set[int]:
    """The goals and all steps before them. What a Repeat goes round with leads to it."""
    return _walk(goals, lambda i: [edge.source for edge in plan.nodes[i].incoming])


def following(plan: Plan, start: int) -> set[int]:
    """The step and all steps after it."""
    return _walk([start], lambda i: [edge.target for edge in plan.nodes[i].outgoing])


def needed(
    plan: Plan, goals: Collection[int], stand: Collection[str], pinned: Collection[str]
) -> tuple[set[int], set[int]]:
    """Which steps must be done for the goals, and which give data without being done."""
    doing: set[int] = set()
    giving: set[int] = set()
    todo = list(goals)
    while todo:
        index = todo.pop()
        node = plan.nodes[index]
        if index in doing or index in giving:
            continue
        if node.key in pinned:
            giving.add(index)
        elif node.key in stand and index not in goals:
            giving |= leading_to(plan, [index])
        else:
            doing.add(index)
            todo += [edge.source for edge in node.incoming]
            todo += [plan.by_key[key] for key in read_by(node) if key in plan.by_key]
            if node.is_loop:
                doing |= node.region
                todo += [e.source for i in node.region for e in plan.nodes[i].incoming]
    return doing, giving - doing


def read_by(node: PlanNode) -> set[str]:
    """The names whose data a step's settings read."""
    names = {path.name for _, path in node.params.paths()}
    for formula in node.params.formulas:
        try:
            names |= {root for root, _ in prepare(formula.source).variables.values()}
        except ExpressionError:
            continue  # the step itself will say so
    return names


def restricted(
    document: Document, ids: Collection[str], rooted: Mapping[str, Collection[str]]
) -> Document:
    """Only these nodes, with their tools; those that are `rooted` keep their wires from the nodes
    named there."""
    ids = _with_tools(document, ids)
    edges = [
        edge
        for edge in document.edges
        if edge.source in ids and edge.target in ids and edge.source in rooted.get(edge.target, ids)
    ]
    nodes = tuple(node for node in document.nodes if node.id in ids)
    return document.model_copy(
        update={"nodes": nodes, "edges": tuple(edges), "notes": (), "groups": ()}
    )


def _with_tools(document: Document, ids: Collection[str]) -> set[str]:
    """These nodes, what they use, and what that uses."""
    found = set(ids)
    tools = [edge for edge in document.edges if edge.to_tool]
    growing = True
    while growing:
        more = {edge.target for edge in tools if edge.source in found} - found
        found |= more
        growing = bool(more)
    return found


def linked(document: Document, source: PlanNode, target: PlanNode) -> Document:
    """The same with one more wire between the first ports of two nodes."""
    edge = EdgeSpec(
        source=source.id,
        source_port=source.ports_out[0],
        target=target.id,
        target_port=target.ports_in[0],
    )
    return document.model_copy(update={"edges": (*document.edges, edge)})


def _walk(start: Iterable[int], onwards: Callable[[int], Iterable[int]]) -> set[int]:
    seen: set[int] = set()
    todo = list(start)
    while todo:
        index = todo.pop()
        if index not in seen:
            seen.add(index)
            todo += onwards(index)
    return seen
