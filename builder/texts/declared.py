"""What kinds of steps and connections declare, and what the templates are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import override

from builder.catalogue import CATEGORIES, catalogue
from builder.catalogue_words import FIELD_WORDS, SEARCHED, choices_in_words, is_worded
from builder.services.gallery import templates
from runtime.registry import registry
from runtime.services.credentials import CREDENTIAL_TYPES


def declared() -> Iterator[str]:
    """Yield every word that the palette, the forms, the connections and the gallery show."""
    with override("en"):
        known = catalogue()
    yield from CATEGORIES
    for node in known["node_types"]:
        yield from (node["name"], node["help"], node["category"], node["summary"])
        yield SEARCHED.join(node["keywords"])
        yield from (port["label"] for port in (*node["inputs"], *node["outputs"]))
        yield from (example["name"] for example in node["examples"])
        yield from _in_schema(node["params_schema"])
    for node_type in registry().values():
        if node_type.trigger:
            yield node_type.trigger.label
    for name in ("filters", "formula_helpers"):
        yield from (entry["help"] for entry in known[name])
    for name in ("operators", "error_classes"):
        yield from (entry["label"] for entry in known[name])
    for kind in CREDENTIAL_TYPES.values():
        yield from (kind.name, kind.help)
        for field in kind.fields:
            yield from (field.label, field.help)
    with override("en"):
        known_templates = templates()
    for template in known_templates:
        yield from (template.name, template.description, *template.steps)


def _in_schema(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for inner in schema:
            yield from _in_schema(inner)
    if not isinstance(schema, dict):
        return
    yield from (schema[name] for name in FIELD_WORDS if isinstance(schema.get(name), str))
    placeholder = schema.get("x-placeholder")
    if isinstance(placeholder, str) and is_worded(placeholder):
        yield placeholder
    choices = schema.get("x-choices")
    if isinstance(choices, dict) and choices_in_words(choices):
        yield from choices.values()
    for inner in schema.values():
        yield from _in_schema(inner)
