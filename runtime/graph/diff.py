"""What differs between two documents, as a person sees it: steps, wires, settings. Pure.

Where something stands on the canvas differs nothing. A step is known by its id, whatever it is
called: a reference that only follows a new name is no change of the step that refers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from runtime.graph.document import Document, EdgeSpec, NodeSpec
from runtime.graph.policies import effective_policy
from runtime.sdk import Node

Types = Mapping[str, type[Node]]


class What(StrEnum):
    STEP = "step"
    WIRE = "wire"
    SETTINGS = "settings"
    NOTE = "note"
    GROUP = "group"


class How(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One setting: `place` leads to it, as in `("policy", "retry", "attempts")`."""

    place: tuple[str, ...]
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `id` is a step's, note's or group's; `edge` is set for wires."""

    what: What
    how: How
    id: str | None = None
    fields: tuple[FieldChange, ...] = ()
    edge: EdgeSpec | None = None


def diff(before: Document, after: Document, types: Types) -> list[Difference]:
    """Return how to get from one to the other, in the order of `after`, what is gone last."""
    return [
        *_steps(before, after, types),
        *_wires(before, after),
        *_settings(before, after),
        *_marginal(What.NOTE, before.notes, after.notes),
        *_marginal(What.GROUP, before.groups, after.groups),
    ]


def _steps(before: Document, after: Document, types: Types) -> Iterator[Difference]:
    earlier = {node.id: node for node in before.nodes}
    kept = {node.id for node in after.nodes}
    renamed = {
        earlier[node.id].key: node.key
        for node in after.nodes
        if node.id in earlier and earlier[node.id].key != node.key
    }
    for node in after.nodes:
        old = earlier.get(node.id)
        if old is None:
            yield Difference(What.STEP, How.ADDED, node.id)
        elif fields := tuple(_fields(old, node, types, renamed)):
            yield Difference(What.STEP, How.CHANGED, node.id, fields)
    for node in before.nodes:
        if node.id not in kept:
            yield Difference(What.STEP, How.REMOVED, node.id)


def _fields(
    old: NodeSpec, new: NodeSpec, types: Types, renamed: Mapping[str, str]
) -> Iterator[FieldChange]:
    if old.model_copy(update={"position": new.position}) == new:
        return
    if old.label != new.label:
        yield FieldChange(("name",), old.label, new.label)
    elif old.key != new.key:
        yield FieldChange(("key",), old.key, new.key)
    if old.disabled != new.disabled:
        yield FieldChange(("disabled",), old.disabled, new.disabled)
    if old.type != new.type:
        yield FieldChange(("type",), old.type, new.type)
        return  # settings of two kinds have nothing to do with each other
    if old.version != new.version:
        yield FieldChange(("version",), old.version, new.version)
    node_type = types.get(new.type)
    was, now = _params(old, node_type), _params(new, node_type)
    yield from (
        change
        for change in _leaves(("params",), was, now, depth=1)
        if _following(change.before, renamed) != change.after
    )
    yield from _leaves(("policy",), _policy(old, node_type), _policy(new, node_type), depth=2)


def _params(node: NodeSpec, node_type: type[Node] | None) -> dict[str, Any]:
    """What is set, over what counts where nothing is."""
    if node_type is None:
        return node.params
    fields = node_type.Params.model_fields
    usual = node_type.Params.model_construct().model_dump(mode="json")
    given = {name: value for name, value in usual.items() if not fields[name].is_required()}
    return {**given, **node.params}


def _policy(node: NodeSpec, node_type: type[Node] | None) -> dict[str, Any]:
    """What counts in the end; what cannot be read is compared as it stands."""
    if node_type is None:
        return node.policy
    try:
        return effective_policy(node, node_type).model_dump(mode="json")
    except ValidationError:
        return node.policy


def _leaves(
    place: tuple[str, ...], before: Mapping[str, Any], after: Mapping[str, Any], *, depth: int
) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if depth > 1 and isinstance(old, dict) and isinstance(new, dict):
            yield from _leaves((*place, name), old, new, depth=depth - 1)
        else:
            yield FieldChange((*place, name), old, new)


_BRACES = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def _following(value: Any, renamed: Mapping[str, str]) -> Any:
    """The value as it reads when every reference follows the new names."""
    if not renamed:
        return value
    if isinstance(value, str):
        return _BRACES.sub(lambda found: _with_new_keys(found.group(), renamed), value)
    if isinstance(value, list):
        return [_following(entry, renamed) for entry in value]
    if isinstance(value, dict):
        return {
            name: _with_new_keys(entry, renamed)
            if name == "$formula" and isinstance(entry, str)
            else _following(entry, renamed)
            for name, entry in value.items()
        }
    return value


def _with_new_keys(text: str, renamed: Mapping[str, str]) -> str:
    """References begin with a key; a name after a dot is a field."""
    return re.sub(r"(?<![\w.])[A-Za-z_]\w*", lambda w: renamed.get(w.group(), w.group()), text)


def _wires(before: Document, after: Document) -> Iterator[Difference]:
    """Wires of a step that came or went are part of its coming or going."""
    both = {node.id for node in before.nodes} & {node.id for node in after.nodes}
    old = {edge: None for edge in before.edges if {edge.source, edge.target} <= both}
    new = {edge: None for edge in after.edges if {edge.source, edge.target} <= both}
    yield from (Difference(What.WIRE, How.ADDED, edge=edge) for edge in new if edge not in old)
    yield from (Difference(What.WIRE, How.REMOVED, edge=edge) for edge in old if edge not in new)


def _settings(before: Document, after: Document) -> Iterator[Difference]:
    old, new = before.settings.model_dump(mode="json"), after.settings.model_dump(mode="json")
    if fields := tuple(_leaves(("settings",), old, new, depth=1)):
        yield Difference(What.SETTINGS, How.CHANGED, fields=fields)


def _marginal(what: What, before: Any, after: Any) -> Iterator[Difference]:
    """Notes and groups: what they say counts, not where they stand or how large they are."""
    place = {"position": None, "size": None}
    old = {item.id: item for item in before}
    for item in after:
        known = old.pop(item.id, None)
        if known is None:
            yield Difference(what, How.ADDED, item.id)
        elif known.model_copy(update=_only(known, place)) != item.model_copy(
            update=_only(item, place)
        ):
            yield Difference(what, How.CHANGED, item.id)
    yield from (Difference(what, How.REMOVED, gone) for gone in old)


def _only(item: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in type(item).model_fields}
