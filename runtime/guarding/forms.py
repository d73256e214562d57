"""Whether data has the form that was asked for, said for each field in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import re2
from jsonschema import Draft202012Validator, FormatChecker, validators
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from runtime.sdk import Json
from runtime.sdk.values import as_text

MOST_PROBLEMS = 100
_KINDS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "yes or no",
    "array": "a list",
    "object": "an object",
    "null": "nothing",
}
_FORMATS = FormatChecker(formats=())


class BadFormError(ValueError):
    """The form itself is none; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field; `field` is empty where it is the whole."""

    field: str
    message: str

    def plain(self) -> dict[str, Json]:
        """As it goes on with the item."""
        return {"field": self.field, "message": self.message}


def problems(value: Json, schema: Mapping[str, Json]) -> list[Problem]:
    """Everything that does not fit, in the order of the fields. Raises BadFormError."""
    if _names_by_patterns(schema):
        raise BadFormError("it names fields by patterns, which is not supported")
    try:
        Draft202012Validator.check_schema(dict(schema))
        # An empty registry: a form must not make us fetch what it refers to.
        validator = _Validator(dict(schema), registry=Registry(), format_checker=_FORMATS)
        found = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.path)))
    except SchemaError as error:
        raise BadFormError(error.message[:200]) from None
    except Unresolvable:
        raise BadFormError("it refers to something outside of it") from None
    except (re2.error, RecursionError):
        raise BadFormError("it has a pattern that is not valid") from None
    return [problem for error in found for problem in _said(error)][:MOST_PROBLEMS]


def _names_by_patterns(schema: Json | Mapping[str, Json]) -> bool:
    """Whether names of fields would be held against patterns, which would not run on RE2."""
    if isinstance(schema, Mapping):
        return "patternProperties" in schema or any(map(_names_by_patterns, schema.values()))
    return isinstance(schema, list) and any(map(_names_by_patterns, schema))


def _said(error: ValidationError) -> list[Problem]:
    place = ".".join(str(part) for part in error.absolute_path)
    asked: Any = error.validator_value
    whole: Any = error.schema
    if error.validator == "required" and isinstance(error.instance, dict):
        # One error for each field that is not there; its message names it.
        missing = [n for n in asked if error.message.startswith(repr(n))]
        return [Problem(_inside(place, name), "is missing") for name in missing]
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = whole.get("properties", {})
        more = [name for name in error.instance if name not in known]
        return [Problem(_inside(place, str(name)), "is not asked for") for name in more]
    return [Problem(place, _in_words(error))]


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _in_words(error: ValidationError) -> str:
    asked: Any = error.validator_value
    name = str(error.validator)
    if name == "type":
        kinds = asked if isinstance(asked, list) else [asked]
        return f"must be {' or '.join(_KINDS[kind] for kind in kinds)}"
    if name == "enum":
        return f"must be one of {', '.join(as_text(one)[:40] for one in asked[:20])}"
    if name == "format":
        return f"is not a valid {_FORMAT_NAMES.get(asked, asked)}"
    if name == "minLength" and asked == 1:
        return "must not be empty"
    return _WORDS.get(name, "does not fit").format(as_text(asked)[:80])


_WORDS = {
    "const": "must be {}",
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be more than {}",
    "exclusiveMaximum": "must be less than {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "minItems": "must have at least {} entries",
    "maxItems": "must have at most {} entries",
    "uniqueItems": "must not have the same entry twice",
    "multipleOf": "must be a multiple of {}",
    "pattern": "does not look like {}",
}


_FORMAT_NAMES = {"date": "date", "date-time": "date with a time", "email": "e-mail address"}


@_FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(len(value) == 10 and date.fromisoformat(value))


@_FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


@_FORMATS.checks("email")
def _is_mail(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return bool(re2.fullmatch(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+", value))


def _matching(validator: Any, pattern: str, instance: Any, schema: Any) -> Any:
    """`pattern` on RE2: whatever a form says, it ends."""
    if isinstance(instance, str) and not re2.search(pattern, instance):
        yield ValidationError("does not match")


_extended: Callable[..., Any] = validators.extend
_Validator = _extended(Draft202012Validator, {"pattern": _matching})


def schema_of(rows: Sequence[Mapping[str, Any]], *, only_these: bool) -> dict[str, Json]:
    """The form that rows of fields describe; a dot in a name leads inside of an object."""
    schema: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    for row in rows:
        *outer, name = row["name"].split(".")
        place = schema
        for part in outer:
            inner = place["properties"].setdefault(part, {"type": "object"})
            inner.setdefault("properties", {})
            inner.setdefault("required", [])
            if row["required"] and part not in place["required"]:
                place["required"].append(part)
            place = inner
        place["properties"][name] = {**place["properties"].get(name, {}), **_field(row)}
        if row["required"]:
            place["required"].append(name)
    if only_these:
        schema["additionalProperties"] = False
    return schema


def _field(row: Mapping[str, Any]) -> dict[str, Any]:
    kind = row["kind"]
    made: dict[str, Any] = dict(_FIELDS[kind])
    sized = {"text": ("minLength", "maxLength"), "list": ("minItems", "maxItems")}
    least, most = sized.get(kind, ("minimum", "maximum"))
    if row["least"] is not None:
        made[least] = _plain(row["least"])
    if row["most"] is not None:
        made[most] = _plain(row["most"])
    if kind == "text" and row["required"] and row["least"] is None:
        made["minLength"] = 1
    if row["one_of"]:
        made["enum"] = list(row["one_of"])
    if row["pattern"]:
        made["pattern"] = row["pattern"]
    if not row["required"] and "type" in made:
        made["type"] = [made["type"], "null"]
        if row["one_of"]:
            made["enum"].append(None)
    return made


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else number


_FIELDS: Mapping[str, Mapping[str, Any]] = {
    "any": {},
    "text": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "yes_no": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "email": {"type": "string", "format": "email"},
    "list": {"type": "array"},
    "object": {"type": "object"},
}
