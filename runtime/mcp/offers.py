"""What an MCP server says of its tools, made fit to be shown to a model: cut, cleaned, rebuilt."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.sdk import Json

LONGEST_NAME = 128
LONGEST_TITLE = 100
LONGEST_DESCRIPTION = 1_000  # characters of a tool's
LONGEST_TOLD = 300  # and of one argument's
MOST_PARTS = 400  # of a schema
MOST_LEVELS = 8
MOST_CHOICES = 200
# Numbers and lengths that bound an argument. No patterns: matching them could take for ever.
_BOUNDS = frozenset(
    {
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
    }
)
_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_ANY_OF = ("anyOf", "oneOf")


class TooMuchError(Exception):
    """The schema is larger or deeper than is shown to a model."""


@dataclass(frozen=True, slots=True)
class Described:
    """A tool as it may be shown. `print` stands for all that the server said of it, uncut."""

    name: str
    title: str
    description: str
    schema: Mapping[str, Any]
    print: str


def described(tool: Mapping[str, Any]) -> Described | None:
    """One tool of a server's list; None where it has no usable name or too large a form."""
    name = tool.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
        return None
    if seen(name, LONGEST_NAME) != name:
        return None
    try:
        schema = plain_schema(tool.get("inputSchema"))
    except TooMuchError:
        return None
    annotations = tool.get("annotations")
    titles = (tool.get("title"), annotations.get("title") if isinstance(annotations, dict) else "")
    title = next((t for t in titles if isinstance(t, str) and t.strip()), name)
    description = seen(tool.get("description"), LONGEST_DESCRIPTION)
    return Described(name, seen(title, LONGEST_TITLE), description, schema, print_of(tool))


def print_of(tool: Mapping[str, Any]) -> str:
    """The same as long as the tool says the same of itself."""
    said = {name: tool.get(name) for name in ("name", "title", "description", "inputSchema")}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def seen(text: object, most: int) -> str:
    """What a person would see of a text: without signs that hide in it, and not longer than so."""
    if not isinstance(text, str):
        return ""
    shown = "".join(c for c in text[: 4 * most] if c in "\n\t" or not _hides(c)).strip()
    return shown if len(shown) <= most else f"{shown[:most].rstrip()} …"


def _hides(character: str) -> bool:
    # Controls, formats (zero width, direction, tags), private use, not assigned, halves.
    return unicodedata.category(character).startswith("C")


def plain_schema(schema: object) -> dict[str, Any]:
    """An object's schema out of the few words we know; raises TooMuchError."""
    if not isinstance(schema, Mapping):
        return {"type": "object", "properties": {}}
    defs = {f"#/{at}/{n}": s for at in ("$defs", "definitions") for n, s in _parts(schema.get(at))}
    made = _Rebuilding(defs).of(schema, 0)
    made["type"] = "object"
    made.setdefault("properties", {})
    return made


class _Rebuilding:
    """Counts how much there is, so that a small schema that refers to itself stays small."""

    def __init__(self, defs: Mapping[str, object]) -> None:
        self._defs, self._left = defs, MOST_PARTS

    def of(self, schema: object, level: int) -> dict[str, Any]:
        self._left -= 1
        if self._left < 0 or level > MOST_LEVELS:
            raise TooMuchError
        if not isinstance(schema, Mapping):
            return {}
        if "$ref" in schema:
            return self.of(self._defs.get(str(schema["$ref"])), level + 1)
        made: dict[str, Any] = {n: schema[n] for n in _BOUNDS if _is_number(schema.get(n))}
        kinds = schema.get("type")
        known = [k for k in (kinds if isinstance(kinds, list) else [kinds]) if k in _TYPES]
        if known:
            made["type"] = known if isinstance(kinds, list) else known[0]
        if told := seen(schema.get("description"), LONGEST_TOLD):
            made["description"] = told
        choices = schema.get("enum")
        if isinstance(choices, list) and 0 < len(choices) <= MOST_CHOICES:
            plain = [c for c in choices if isinstance(c, str | int | float | bool | None)]
            made |= {"enum": plain} if plain else {}
        if "const" in schema and isinstance(schema["const"], str | int | float | bool):
            made["enum"] = [schema["const"]]
        self._inner(schema, made, level)
        return made

    def _inner(self, schema: Mapping[str, Any], made: dict[str, Any], level: int) -> None:
        properties = _parts(schema.get("properties"))
        if properties:
            made["properties"] = {n: self.of(s, level + 1) for n, s in properties}
            required = schema.get("required")
            asked = required if isinstance(required, list) else []
            made["required"] = [n for n in properties_of(made) if n in asked]
        if isinstance(schema.get("items"), Mapping):
            made["items"] = self.of(schema["items"], level + 1)
        for word in _ANY_OF:
            if _is_list(schema.get(word)):
                made["anyOf"] = [self.of(s, level + 1) for s in schema[word]]
        more = schema.get("additionalProperties")
        if more is False:
            made["additionalProperties"] = False
        elif isinstance(more, Mapping):
            made["additionalProperties"] = self.of(more, level + 1)


def properties_of(schema: Mapping[str, Any]) -> Sequence[str]:
    """The names of an object's fields."""
    return list(schema.get("properties", ()))


def _parts(found: object) -> Sequence[tuple[str, Json]]:
    if not isinstance(found, Mapping):
        return ()
    return [(n, s) for n, s in found.items() if isinstance(n, str) and len(n) <= LONGEST_NAME]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value)
