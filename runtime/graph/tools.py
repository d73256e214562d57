"""Steps that other steps use as tools: wired to a port for tools, outside of what flows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from runtime.graph.document import Document, NodeSpec
from runtime.sdk import Kind, NodeParams
from runtime.sdk.params import field_kind

# A setting `{"$model": "what to put here"}` is filled in by whoever uses the step as a tool.
FILLED = "$model"
_OURS = frozenset({"default", "title"})
MOST_LEVELS = 6  # of forms within forms
# What only a person may choose: connections, models, flows and how data is named.
_PERSONS = frozenset(
    {
        Kind.CREDENTIAL,
        Kind.MODEL,
        Kind.PROMPT,
        Kind.FLOW,
        Kind.TABLE,
        Kind.COLLECTION,
        Kind.SCHEMA,
        Kind.WEBHOOK_PATH,
        Kind.CHOICE,
        Kind.OFFERS,
    }
)


def tools_of(document: Document) -> Mapping[str, Sequence[NodeSpec]]:
    """By the id of each step that has tools: the steps it may use, in the order of their wires."""
    nodes = {node.id: node for node in document.nodes}
    found: dict[str, list[NodeSpec]] = {}
    for edge in document.edges:
        if edge.to_tool and edge.target in nodes:
            mine = found.setdefault(edge.source, [])
            if nodes[edge.target] not in mine:
                mine.append(nodes[edge.target])
    return found


def without_tools(document: Document) -> Document:
    """What flows: the steps that are no tools, and the wires between them."""
    tools = {edge.target for edge in document.edges if edge.to_tool}
    if not tools:
        return document
    nodes = tuple(node for node in document.nodes if node.id not in tools)
    kept = {node.id for node in nodes}
    edges = tuple(
        e for e in document.edges if not e.to_tool and e.source in kept and e.target in kept
    )
    return document.model_copy(update={"nodes": nodes, "edges": edges})


def filled_by_model(params: Mapping[str, Any]) -> dict[str, str]:
    """The settings that are left to the model, and what it is told of each."""
    return {
        name: value[FILLED]
        for name, value in params.items()
        if isinstance(value, dict) and len(value) == 1 and isinstance(value.get(FILLED), str)
    }


def may_be_filled(params: type[NodeParams], name: str) -> bool:
    """Whether a setting may be left to a model."""
    kind = field_kind(params, name)
    return kind is not None and kind not in _PERSONS


def tool_schema(params: type[NodeParams], filled: Mapping[str, str]) -> dict[str, Any]:
    """JSON Schema of what a model is to fill in: the settings' own, told as the person told it."""
    whole = params.model_json_schema()
    properties: dict[str, Any] = {}
    for name, told in filled.items():
        declared = whole["properties"].get(name, {})
        description = told.strip() or declared.get("x-label", name)
        plain = _plain(declared, whole.get("$defs", {}), 0)
        properties[name] = {**plain, "description": description}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def tool_names(keys: Sequence[str], taken: Collection[str] = ()) -> list[str]:
    """Names that every model service takes (letters, digits, _; at most 64), one for each key."""
    names: list[str] = []
    for key in keys:
        base = re.sub(r"[^A-Za-z0-9_]", "_", key)[:56] or "tool"
        name, number = base, 2
        while name in names or name in taken:
            name, number = f"{base}_{number}", number + 1
        names.append(name)
    return names


def _plain(schema: Any, defs: Mapping[str, Any], depth: int) -> Any:
    """Without what only our forms read, and with what it refers to put in place."""
    if isinstance(schema, list):
        return [_plain(inner, defs, depth) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        meant = defs.get(str(schema["$ref"]).rpartition("/")[2], {})
        return _plain(meant, defs, depth + 1) if depth < MOST_LEVELS else {}
    made = {}
    for name, inner in schema.items():
        if name == "properties":
            made[name] = {n: _plain(s, defs, depth) for n, s in inner.items()}
        elif name not in _OURS and not name.startswith("x-"):
            made[name] = _plain(inner, defs, depth)
    return made
