"""The order people expect: 9 before 10, “Item 9” before “Item 10”, a before B, nothing last."""

from __future__ import annotations

import math
import re
from typing import Any

from runtime.sdk.items import Json
from runtime.sdk.values import as_text, compact_json

_DIGITS = re.compile(r"([0-9]+)")
_NUMBER = re.compile(r"\s*[-+]?[0-9]{1,30}(\.[0-9]{1,30})?\s*")

# Comparable with every other rank: numbers, then yes and no, then texts, then the rest.
Rank = tuple[int, Any]


def is_nothing(value: Json) -> bool:
    """Whether there is nothing to compare: no value, or an empty text."""
    return value is None or value == ""


def rank(value: Json) -> Rank:
    """Where a value stands among others. Texts that are numbers stand among the numbers."""
    if isinstance(value, bool):
        return 1, value
    if isinstance(value, (int, float)):
        return 0, value if not isinstance(value, float) or math.isfinite(value) else 0.0
    if isinstance(value, str):
        if _NUMBER.fullmatch(value):
            return 0, float(value)
        return 2, _natural(value)
    return 3, as_text(value)


def text_rank(value: Json) -> Rank:
    """Where a value stands if everything is text: 10 comes before 9."""
    text = as_text(value)
    return 2, (text.casefold(), text)


def _natural(text: str) -> tuple[Any, ...]:
    """Runs of digits as numbers. The longer number is the larger one: no digits are computed."""
    pieces = _DIGITS.split(text.casefold())
    numbers = ((p.lstrip("0"), p) for p in pieces[1::2])
    keyed = [(len(plain), plain, whole) for plain, whole in numbers]
    return (pieces[0], tuple(zip(keyed, pieces[2::2], strict=True)), text)


def identity(value: Json, *, exact: bool = True) -> str:
    """The same text for equal values: 1 and 1.0 are equal, as is an object in another order.

    Not `exact`: neither capital letters nor spaces around a text make a difference.
    """
    return compact_json(_plain(value, exact))


def _plain(value: Json, exact: bool) -> Json:
    if isinstance(value, dict):
        return {name: _plain(value[name], exact) for name in sorted(value)}
    if isinstance(value, list):
        return [_plain(entry, exact) for entry in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and not exact:
        return value.strip().casefold()
    return value
