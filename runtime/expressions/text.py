"""How a value looks inside a text."""

from __future__ import annotations

import json

from runtime.sdk.items import Json


def as_text(value: Json) -> str:
    """Empty for nothing, true/false, numbers as written, objects and lists as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, (int, float)):
        return str(value)
    return compact_json(value)


def compact_json(value: Json) -> str:
    """JSON without spaces, with letters of all scripts kept readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
