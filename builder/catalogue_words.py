"""The catalogue in the reader's language: names, help, labels and choices, and nothing else.

Types, ports, values and samples are what programs and data go by; they are the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.services.spoken import spoken

# What steps are also found by is one text for each kind: its words need not match one by one.
SEARCHED = ", "
# The words in a field's declaration; the rest of the schema is for programs.
FIELD_WORDS = ("x-label", "x-help", "x-section")
# A longer list names things of the world, such as places and their clocks.
_MOST_CHOICES = 40


def in_words_of_the_reader(catalogue: Mapping[str, Any]) -> dict[str, Any]:
    """Return a catalogue whose words are in the language that is active."""
    return {
        **catalogue,
        "node_types": [_node(node) for node in catalogue["node_types"]],
        "filters": [_with(entry, "help") for entry in catalogue["filters"]],
        "formula_helpers": [_with(entry, "help") for entry in catalogue["formula_helpers"]],
        "operators": [_with(entry, "label") for entry in catalogue["operators"]],
        "error_classes": [_with(entry, "label") for entry in catalogue["error_classes"]],
    }


def is_worded(placeholder: str) -> bool:
    """Return whether an example in an empty box is made of words, and not an address or a name."""
    return " " in placeholder and placeholder[:1].isupper()


def choices_in_words(choices: Mapping[str, str]) -> bool:
    """Return whether a list of choices is ours to word."""
    return len(choices) <= _MOST_CHOICES


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_with(node, "name", "help", "category", "summary"),
        "inputs": [_with(port, "label") for port in node["inputs"]],
        "outputs": [_with(port, "label") for port in node["outputs"]],
        "params_schema": _schema(node["params_schema"]),
        "examples": [_with(example, "name") for example in node["examples"]],
        "keywords": [*node["keywords"], *_searched(node["keywords"])],
    }


def _searched(keywords: list[str]) -> list[str]:
    """Return the reader's words; the English ones stay, people know them too."""
    found = spoken(SEARCHED.join(keywords)).split(SEARCHED)
    return [word for word in found if word not in keywords and word]


def _schema(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_schema(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    said = {name: _schema(inner) for name, inner in schema.items()}
    said |= {name: spoken(schema[name]) for name in FIELD_WORDS if _is_text(schema.get(name))}
    placeholder = schema.get("x-placeholder")
    if isinstance(placeholder, str) and is_worded(placeholder):
        said["x-placeholder"] = spoken(placeholder)
    choices = schema.get("x-choices")
    if isinstance(choices, dict) and choices_in_words(choices):
        said["x-choices"] = {value: spoken(label) for value, label in choices.items()}
    return said


def _with(entry: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**entry, **{name: spoken(entry[name]) for name in names}}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
