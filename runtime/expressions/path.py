"""Paths into data: `order.lines[0]["sku"]`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from runtime.expressions.errors import ExpressionError
from runtime.expressions.scope import Quantifier, Scope
from runtime.sdk.items import Json

Part = str | int


@dataclass(frozen=True, slots=True)
class Path:
    """A root and the way down from it."""

    name: str
    quantifier: Quantifier
    parts: tuple[Part, ...]

    def evaluate(self, scope: Scope) -> Json:
        """Follow the path; raises ExpressionError with `missing` set where it ends early."""
        value = scope.root(self.name, self.quantifier)
        for position, part in enumerate(self.parts):
            if type(value) is dict and type(part) is str:
                if part in value:
                    value = value[part]
                    continue
            elif type(value) is list and type(part) is int and -len(value) <= part < len(value):
                value = value[part]
                continue
            raise _missing(self, position, value)
        return value

    def __str__(self) -> str:
        text = self.name
        if self.quantifier is not Quantifier.MATCHING:
            text += f".{self.quantifier}"
        return text + "".join(_show(part) for part in self.parts)


def _show(part: Part) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if part.isidentifier() else f'["{part}"]'


def _missing(path: Path, position: int, value: Json) -> ExpressionError:
    part = path.parts[position]
    where = str(Path(path.name, path.quantifier, path.parts[:position]))
    if isinstance(value, dict):
        names = [str(name) for name in value]
        message = f"There is no “{part}” in {where}."
        return ExpressionError(message, fix=_suggest(str(part), names), missing=True)
    if isinstance(value, list):
        if isinstance(part, int):
            message = f"{where} has {len(value)} entries; there is no number {part}."
            return ExpressionError(message, fix="Count from 0.", missing=True)
        message = f"{where} is a list, so “{part}” of which entry is meant is not clear."
        return ExpressionError(message, fix=f"Write {where}[0].{part} for the first.", missing=True)
    kind = "empty" if value is None else "a single value"
    return ExpressionError(f"{where} is {kind}; there is no “{part}” in it.", missing=True)


def _suggest(wanted: str, names: Sequence[str]) -> str:
    close = get_close_matches(wanted, names[:200], n=1)
    if close:
        return f"Did you mean “{close[0]}”?"
    if not names:
        return "It is empty."
    shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
    return f"It has: {shown}."
