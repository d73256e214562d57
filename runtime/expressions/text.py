"""How a value looks inside a text."""

from __future__ import annotations

from runtime.sdk.texts import as_text, compact_json

__all__ = ["as_text", "compact_json"]
