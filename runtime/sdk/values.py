"""Values as people mean them: as text, as a number, as a date."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

from runtime.sdk.errors import ErrorClass, NodeError
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


def unfit(message: str, *, fix: str | None = None) -> NodeError:
    """The error for a value that is not what was needed; trying again cannot help."""
    return NodeError(message, error_class=ErrorClass.INPUT, retryable=False, fix=fix)


def number_of(value: Json, name: str) -> int | float:
    if isinstance(value, bool) or value is None:
        raise unfit(f"The filter “{name}” needs a number, and got {kind_of(value)}.")
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        try:
            return int(value) if value.strip().lstrip("-").isdecimal() else _finite(float(value))
        except ValueError:
            pass
    raise unfit(f"“{as_text(value)[:40]}” is not a number.")


def _finite(value: float) -> float:
    if math.isfinite(value):
        return value
    raise ValueError("not finite")


def kind_of(value: Json) -> str:
    names = {bool: "yes or no", str: "text", dict: "an object", list: "a list"}
    return "nothing" if value is None else names.get(type(value), "a number")


def moment(value: Json) -> datetime:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) > 1e11 else value
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, ValueError, OSError):
            raise unfit(f"{value} is not a moment in time.") from None
    try:
        moment = datetime.fromisoformat(as_text(value))
    except ValueError:
        raise unfit(
            f"“{as_text(value)[:40]}” is not a date.", fix="Dates look like 2026-03-31."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
