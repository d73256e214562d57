"""Rules over data, written as formulas: prepared for the sandbox, and read from what it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runtime.expressions.formula import Prepared, prepare
from runtime.expressions.scope import Quantifier
from runtime.sandbox.prelude import program
from runtime.sdk import Json

WHOLE = "value"  # in a formula: all of the data; any other name is a field of it


def prepared(formula: str) -> Prepared:
    """A formula as it was typed, also with = before it; raises ExpressionError."""
    return prepare(formula.strip().removeprefix("=").strip())


def asked_of(rules: Sequence[Prepared], value: Json) -> tuple[str, dict[str, Json]]:
    """The program that judges all rules on the data, and what it is given."""
    scope: dict[str, Json] = {}
    for rule in rules:
        for variable, (root, quantifier) in rule.variables.items():
            scope[variable] = _meant(value, root, quantifier)
    return program([rule.code for rule in rules], set(scope)), {"_scopes": [scope]}


def held(answer: Json) -> list[bool]:
    """For each rule whether it holds. One that cannot be worked out does not hold."""
    rows = answer if isinstance(answer, list) else [[]]
    row = rows[0] if rows and isinstance(rows[0], list) else []
    return [_is_true(cell) for cell in row]


def _is_true(cell: Json) -> bool:
    return isinstance(cell, list) and len(cell) == 2 and cell[0] is True and cell[1] is True


def _meant(value: Json, root: str, quantifier: str) -> Json:
    named = value.get(root) if isinstance(value, Mapping) else None
    found = value if root == WHOLE and named is None else named
    if quantifier == Quantifier.FIRST:
        if isinstance(found, dict):
            return found.get("first")
        return found[0] if isinstance(found, list) and found else None
    if quantifier == Quantifier.ALL and isinstance(found, dict):
        return found.get("all")
    return found
