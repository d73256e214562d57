"""Turns what came out of the sandbox into plain data, or says why it cannot be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

import orjson

from runtime.sdk import ErrorClass, Json, NodeError

MAX_DEPTH = 100
MAX_BYTES = 1_000_000
MAX_DIGITS = 4_000
_INT64 = range(-(2**63), 2**63)


def plain(value: object) -> Json:
    """Return the value as JSON that every later step can read; raises NodeError."""
    made = _plain(value, 0)
    try:
        size = len(orjson.dumps(made))
    except (TypeError, ValueError):
        raise _refused("The result holds characters that are not text.") from None
    if size > MAX_BYTES:
        raise _refused("The result is larger than 1 MB.", fix="Return less, or split it up.")
    return made


def _plain(value: object, depth: int) -> Json:
    if depth > MAX_DEPTH:
        raise _refused(f"The result is nested more than {MAX_DEPTH} levels deep.")
    if isinstance(value, Mapping):
        return {_key(k): _plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry, depth + 1) for entry in value]
    if isinstance(value, (set, frozenset)):
        return [_plain(entry, depth + 1) for entry in sorted(value, key=repr)]
    return _single(value)


def _single(value: object) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _refused("The result is not a number that can be stored (infinite or NaN).")
        return value
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise _refused(
        f"The result is a {type(value).__name__}, which is not data.",
        fix="Return text, numbers, lists or dictionaries.",
    )


def _text(value: str) -> str:
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in value) or "\0" in value:
        raise _refused("The result holds characters that are not text.")
    return value


def _whole(value: int) -> int | str:
    """Whole numbers beyond 64 bit become text: no other program would read them unchanged."""
    if value in _INT64:
        return value
    if value.bit_length() > MAX_DIGITS * 3:
        raise _refused("The result is a number with thousands of digits.")
    return str(value)


def _key(key: object) -> str:
    if isinstance(key, str):
        return _text(key)
    if isinstance(key, (bool, int, float)) or key is None:
        return str(_plain(key, 0))
    raise _refused("The names in a dictionary must be text.")


def _refused(message: str, fix: str | None = None) -> NodeError:
    return NodeError(message, error_class=ErrorClass.CODE, retryable=False, fix=fix)
