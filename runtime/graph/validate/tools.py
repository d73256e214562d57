"""Tools: what is wired to a port for tools can be used, and is wired to nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.graph.document import Document, EdgeSpec, NodeSpec
from runtime.graph.issue import Issue, Severity
from runtime.graph.plan import migrated_params
from runtime.graph.tools import filled_by_model, may_be_filled
from runtime.graph.validate.params import label_of
from runtime.sdk import Node

Types = Mapping[str, type[Node]]


def check_tools(document: Document, types: Types) -> Iterator[Issue]:
    """Issues about tools."""
    nodes = {node.id: node for node in document.nodes}
    users = {e.target: nodes[e.source] for e in document.edges if e.to_tool and e.source in nodes}
    for edge in document.edges:
        if edge.to_tool and edge.target in nodes:
            yield from _usable(edge, nodes[edge.target], types)
        elif edge.source in users and edge.source in nodes:
            yield _wired(edge, nodes[edge.source], users[edge.source])
        elif edge.target in users and edge.target in nodes:
            yield _wired(edge, nodes[edge.target], users[edge.target])
    for node in document.nodes:
        if node.type in types and not node.disabled:
            yield from _filled(node, types[node.type], users.get(node.id))


def _usable(edge: EdgeSpec, node: NodeSpec, types: Types) -> Iterator[Issue]:
    if node.type in types and not types[node.type].usable_as_tool:
        yield _issue(
            node,
            "no_tool",
            f"“{node.label}” is of a kind that cannot be used as a tool.",
            "Remove the wire, or put the step into a flow of its own and let that be the tool.",
            edge,
        )


def _wired(edge: EdgeSpec, node: NodeSpec, user: NodeSpec) -> Issue:
    return _issue(
        node,
        "tool_in_flow",
        f"“{node.label}” is a tool of “{user.label}”, which alone uses it; no other wire can begin "
        "or end there.",
        "Remove this wire, or the one that makes it a tool.",
        edge,
    )


def _filled(node: NodeSpec, node_type: type[Node], user: NodeSpec | None) -> Iterator[Issue]:
    raw = migrated_params(node, node_type)
    filled = filled_by_model(raw)
    if user is not None:
        yield from _as_tool(node, node_type, raw, filled)
    for name in filled:
        label = label_of(node_type.Params, name)
        if user is None:
            yield Issue(
                "filled_by_nobody",
                f"“{label}” of “{node.label}” is left to a model, but no agent uses this step.",
                "Wire an agent’s exit “Tools” to it, or fill the setting in.",
                node=node.id,
                key=node.key,
                field=name,
                action={"kind": "set_param", "field": name, "value": "", "label": "Fill it in"},
            )
        elif node_type.tool_source or not may_be_filled(node_type.Params, name):
            yield Issue(
                "not_for_models",
                f"“{label}” of “{node.label}” cannot be left to a model.",
                "Choose it yourself.",
                node=node.id,
                key=node.key,
                field=name,
            )


def _as_tool(
    node: NodeSpec, node_type: type[Node], raw: Mapping[str, Any], filled: Mapping[str, str]
) -> Iterator[Issue]:
    own = {name: value for name, value in raw.items() if name not in filled}
    for name, sentence, *fix in node_type.check_as_tool(own, filled):
        yield Issue(
            "bad_param",
            f"“{node.label}”: {sentence}",
            fix[0] if fix else "Change this setting.",
            node=node.id,
            key=node.key,
            field=name,
        )
    asks = node.tool is not None and node.tool.asks_first
    if node_type.changes_something(own) and not asks:
        yield Issue(
            "acts_unasked",
            f"“{node.label}” changes something, and the agent uses it without asking anybody.",
            "Let it ask a person first, or limit how often it may.",
            Severity.ADVICE,
            node=node.id,
            key=node.key,
            field="tool",
            action={"kind": "open_field", "field": "tool", "label": "Look at it"},
        )


def _issue(node: NodeSpec, code: str, message: str, fix: str, edge: EdgeSpec) -> Issue:
    wire = edge.model_dump()
    return Issue(
        code,
        message,
        fix,
        Severity.ERROR,
        node=node.id,
        key=node.key,
        field="wires",
        edge=wire,
        action={"kind": "remove_edge", "edge": wire},
    )
