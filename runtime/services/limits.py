"""What a flow's settings ask of its runs before they begin: how many at once, what first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from runtime.expressions import ExpressionError, Quantifier, Template, parse_template
from runtime.graph.document import Settings
from runtime.sdk.items import Json
from runtime.store.accept import Slot, WhenBusy

PRIORITIES = {"high": -10, "normal": 0, "low": 10}  # smaller goes first


@dataclass(frozen=True, slots=True)
class _Incoming:
    """The data that starts the run: all that is known before it begins."""

    data: Json

    def root(self, name: str, quantifier: Quantifier) -> Json:
        if name in ("input", "trigger"):
            return self.data
        raise ExpressionError(f"“{name}” is not known before a run begins.")


def stored_limits(settings: Settings) -> dict[str, Any]:
    """The part of a flow's settings that a route keeps with it."""
    return {
        "at_once": settings.at_once,
        "at_once_by": settings.at_once_by,
        "when_busy": settings.when_busy,
        "priority": settings.priority,
    }


def priority_of(limits: Mapping[str, Any]) -> int:
    """The number its runs are ordered by."""
    return PRIORITIES.get(str(limits.get("priority", "normal")), 0)


def slot_of(limits: Mapping[str, Any], flow_id: UUID | None, mode: str, data: Json) -> Slot | None:
    """The slot a run must have before it begins, or None where nothing limits it.

    Runs of equal key share a slot. A key that cannot be found in the data is one of its own.
    """
    most = limits.get("at_once")
    if not most or flow_id is None:
        return None
    key = _key(str(limits.get("at_once_by") or ""), data)
    name = hashlib.sha256(f"{flow_id}/{mode}/{key}".encode()).hexdigest()[:32]
    return Slot(name, int(most), WhenBusy(limits.get("when_busy", "queue")))


def _key(source: str, data: Json) -> str:
    template = _template(source)
    if template is None:
        return source
    try:
        found = template.render(_Incoming(data))
    except ExpressionError:
        return ""
    return json.dumps(found, sort_keys=True, ensure_ascii=False)


@lru_cache(maxsize=1000)
def _template(source: str) -> Template | None:
    try:
        return parse_template(source, lenient=True)
    except ExpressionError:
        return None
