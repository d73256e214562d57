"""How many tokens a step would tell its model, before it runs."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from builder.services.prompts import open_prompt
from runtime.expressions import ExpressionError
from runtime.expressions.wording import worded
from runtime.graph.document import Document, NodeSpec
from runtime.providers.profiles import open_profile
from runtime.providers.protocols import ChatRequest, Profile
from runtime.providers.room import room_of
from runtime.registry import registry
from runtime.sdk import Kind, Node, NodeError
from runtime.sdk.params import field_kind, without_hidden
from runtime.services.measure_text import measure_text
from runtime.services.preview import preview

_HOLE = re.compile(r"\{\{.*?\}\}")


@dataclass(frozen=True, slots=True)
class Counted:
    """What a step tells its model, in tokens; `room` is the model's limit less the answer."""

    tokens: int
    exact: bool
    room: int
    limit: int
    model: str

    def plain(self) -> dict[str, Any]:
        """As the API sends it."""
        return asdict(self)


def count_tokens(
    workspace_id: UUID, document: Document, *, key: str, data: Mapping[str, Any]
) -> Counted | None:
    """Count with sample data where data is inserted; None for steps that ask no model.

    Where there is no data yet, a formula counts for nothing.
    """
    spec = next((node for node in document.nodes if node.key == key), None)
    node_type = registry().get(spec.type) if spec else None
    if spec is None or node_type is None or not node_type.told:
        return None
    asked = asks_of(spec, workspace_id)
    if asked is None:
        return None
    profile, request = asked
    texts = texts_of(document, spec, node_type, workspace_id, data)
    found = measure_text(str(workspace_id), profile, "\n".join(texts))
    room = room_of(profile, request)
    return Counted(found.tokens, found.exact, room, profile.context_tokens, profile.name)


def asks_of(spec: NodeSpec, workspace_id: UUID) -> tuple[Profile, ChatRequest] | None:
    """The model a step asks, and how long its answer may be; None where there is no model."""
    fields = registry()[spec.type].Params.model_fields
    usual = fields["max_tokens"].default if "max_tokens" in fields else None
    longest = spec.params.get("max_tokens", usual)
    model = spec.params.get("model")
    try:
        profile = open_profile(str(workspace_id), model if isinstance(model, str) else None)
    except NodeError:
        return None
    return profile, ChatRequest([], max_tokens=longest if isinstance(longest, int) else None)


def texts_of(
    document: Document,
    spec: NodeSpec,
    node_type: type[Node],
    workspace_id: UUID,
    data: Mapping[str, Any],
) -> Iterator[str]:
    """What the model is told, text by text."""
    params = without_hidden(node_type.Params, spec.params)
    for name in node_type.told:
        value = params.get(name)
        if not value:
            continue
        found = preview(document, key=spec.key, field=name, value=value, data=data)
        filled = found.get("value", _without_holes(value))
        if field_kind(node_type.Params, name) is Kind.PROMPT:
            yield from _words(workspace_id, filled)
        else:
            yield filled if isinstance(filled, str) else json.dumps(filled, ensure_ascii=False)


def _without_holes(value: Any) -> Any:
    return json.loads(_HOLE.sub("", json.dumps(value))) if "{{" in json.dumps(value) else value


def _words(workspace_id: UUID, taken: Any) -> Iterator[str]:
    try:
        prompt_id = UUID(str(taken["prompt"]))
        found = open_prompt(workspace_id, prompt_id, taken.get("version"), timezone.now())
    except (ValueError, TypeError, KeyError, AttributeError):
        return
    values = taken.get("values")
    for text in (found["system"], found["text"]) if found else ():
        try:
            yield worded(text, values if isinstance(values, dict) else {})
        except ExpressionError:
            yield _HOLE.sub("", text)
