"""Reads a call's body within limits and turns it into data; every refusal says what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from runtime.graph.parse import MAX_DEPTH, why_not_json
from runtime.sdk.items import Json

MAX_FIELDS = 1000


class RefusedError(Exception):
    """The call is refused: a status and a sentence."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


def parse_body(body: bytes, content_type: str) -> Json:
    """The body as data; raises RefusedError."""
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return None
    if kind in ("application/json", "") or kind.endswith("+json"):
        return _json(body)
    if kind == "application/x-www-form-urlencoded":
        return _form(body)
    if kind.startswith("text/") or kind == "application/xml":
        return _text(body)
    raise RefusedError(
        415,
        f"This address cannot read the content type “{kind[:80]}”. "
        "Send JSON (application/json), a form, or plain text.",
    )


def is_data(content_type: str) -> bool:
    """Whether a body of this type is read into memory and becomes JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("", "application/json", "application/x-www-form-urlencoded", "application/xml"):
        return True
    return kind.endswith("+json") or kind.startswith("text/")


def _json(body: bytes) -> Json:
    try:
        value: Json = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise RefusedError(400, "The body is not valid UTF-8 text.") from None
    except RecursionError:
        raise RefusedError(400, "The body is nested too deeply.") from None
    except ValueError as error:
        raise RefusedError(400, f"The body is not valid JSON: {why_not_json(error)}.") from None
    _check(value)
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number JSON knows")


def _check(value: Json) -> None:
    """Refuse what the journal or a later step could not take."""
    stack: list[tuple[Json, int]] = [(value, 0)]
    while stack:
        current, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise RefusedError(400, f"The body is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(current, dict):
            stack.extend((inner, depth + 1) for inner in current.values())
            stack.extend((name, depth + 1) for name in current)
        elif isinstance(current, list):
            stack.extend((inner, depth + 1) for inner in current)
        elif isinstance(current, str):
            _check_text(current)
        elif isinstance(current, int) and not -(2**63) <= current < 2**63:
            raise RefusedError(400, "A whole number in the body has too many digits.")
        elif isinstance(current, float) and current in (float("inf"), float("-inf")):
            raise RefusedError(400, "A number in the body is too large.")


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise RefusedError(400, "A text in the body is not valid Unicode.") from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError(400, "The body is not valid UTF-8 text.") from None


def _form(body: bytes) -> Json:
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=MAX_FIELDS,
            errors="strict",
        )
    except (UnicodeDecodeError, ValueError):
        raise RefusedError(400, "The form cannot be read.") from None
    return collect(pairs)


def collect(pairs: list[tuple[str, str]]) -> dict[str, Json]:
    """Names and values as an object; a name that occurs several times becomes a list."""
    found: dict[str, Json] = {}
    for name, value in pairs:
        before = found.get(name)
        if isinstance(before, list):
            before.append(value)
        else:
            found[name] = value if before is None else [before, value]
    return found
