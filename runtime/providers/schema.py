"""Makes an answer fit a schema: what is sent along, and the check of what came back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable

from runtime.sdk import ErrorClass, Json, NodeError

_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?```\s*\Z", re.DOTALL)


class NotFittingError(Exception):
    """The answer does not fit; the sentence is for the model, which may correct itself."""


def response_format(schema: Mapping[str, Json]) -> dict[str, Json]:
    """The part of the request that asks for JSON of this shape."""
    return {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)},
    }


def checked_schema(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    """The schema itself; raises NodeError where it is none."""
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as error:
        raise NodeError(
            f"The form of the answer is not valid: {error.message[:200]}.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            field="shape",
        ) from None
    return schema


def fitting(text: str, schema: Mapping[str, Json]) -> Json:
    """The answer as data; raises NotFittingError."""
    fenced = _FENCE.match(text)
    try:
        value: Json = json.loads(fenced[1] if fenced else text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NotFittingError("It is not valid JSON.") from None
    # An empty registry: a schema must not make us fetch what it refers to.
    validator = Draft202012Validator(dict(schema), registry=Registry())
    try:
        found = best_match(validator.iter_errors(value))
    except Unresolvable:
        raise NodeError(
            "The form of the answer refers to something outside of it.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            field="shape",
        ) from None
    if found is not None:
        place = ".".join(str(part) for part in found.absolute_path) or "the whole answer"
        raise NotFittingError(f"At {place}: {found.message[:300]}")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(name)
