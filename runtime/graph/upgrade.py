"""Brings documents of older formats up to today's, one step per format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runtime.graph.document import FORMAT
from runtime.graph.issue import DocumentError, Issue

Upgrader = Callable[[dict[str, Any]], dict[str, Any]]

# format -> (next format, how to get there)
STEPS: dict[str, tuple[str, Upgrader]] = {}


def upgrade(value: dict[str, Any]) -> dict[str, Any]:
    """The same flow in today's format; raises DocumentError for a format nobody knows."""
    known = value.get("format", FORMAT)
    while known != FORMAT:
        if not isinstance(known, str) or known not in STEPS:
            raise DocumentError(
                [
                    Issue(
                        "unknown_format",
                        f"This flow has the format {str(known)[:40]!r}, which is not known here.",
                        "Update Segue, or export the flow from an older version.",
                        field="format",
                    )
                ]
            )
        known, step = STEPS[known]
        value = {**step(value), "format": known}
    return value
