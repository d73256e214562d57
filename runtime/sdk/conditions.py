"""Structured conditions: rows of left, operator, right, in groups of all or any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import re2
from pydantic import BaseModel, ConfigDict, Field, model_validator

from runtime.sdk.errors import NodeError
from runtime.sdk.items import Json
from runtime.sdk.values import as_text, moment, number_of, unfit

MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison with the label people pick it by. `arity` 1 needs no right side."""

    name: str
    label: str
    arity: int
    test: Callable[[Json, Json], bool]


def _numbers(compare: Callable[[float, float], bool]) -> Callable[[Json, Json], bool]:
    return lambda left, right: compare(number_of(left, "compare"), number_of(right, "compare"))


def _equal(left: Json, right: Json) -> bool:
    if type(left) is type(right):
        return left == right
    if isinstance(left, (dict, list)) or isinstance(right, (dict, list)):
        return False
    # What a form typed is text; what data holds may be a number or yes/no: compare as shown.
    return as_text(left).strip().lower() == as_text(right).strip().lower() or _same_number(
        left, right
    )


def _same_number(left: Json, right: Json) -> bool:
    try:
        return float(number_of(left, "")) == float(number_of(right, ""))
    except NodeError:
        return False


def _contains(left: Json, right: Json) -> bool:
    if isinstance(left, list):
        return any(_equal(entry, right) for entry in left)
    if isinstance(left, dict):
        return as_text(right) in left
    return as_text(right).lower() in as_text(left).lower()


def _matches(left: Json, right: Json) -> bool:
    try:
        # RE2 runs in linear time whatever the pattern is.
        return re2.search(as_text(right), as_text(left)) is not None
    except re2.error:
        raise unfit(f"“{as_text(right)[:60]}” is not a valid pattern.") from None


def _empty(value: Json) -> bool:
    return value is None or value in ("", [], {})


def _true(value: Json) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in ("true", "yes"))


def _false(value: Json) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower() in ("false", "no"))


def _in(left: Json, right: Json) -> bool:
    if isinstance(right, str):
        right = [part.strip() for part in right.split(",")]
    return _contains(right, left)


OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("equals", "is", 2, _equal),
        Operator("not_equals", "is not", 2, lambda a, b: not _equal(a, b)),
        Operator("contains", "contains", 2, _contains),
        Operator("not_contains", "does not contain", 2, lambda a, b: not _contains(a, b)),
        Operator(
            "starts_with",
            "begins with",
            2,
            lambda a, b: as_text(a).lower().startswith(as_text(b).lower()),
        ),
        Operator(
            "ends_with",
            "ends with",
            2,
            lambda a, b: as_text(a).lower().endswith(as_text(b).lower()),
        ),
        Operator("matches", "matches the pattern", 2, _matches),
        Operator("greater", "is greater than", 2, _numbers(lambda a, b: a > b)),
        Operator("greater_or_equal", "is at least", 2, _numbers(lambda a, b: a >= b)),
        Operator("less", "is less than", 2, _numbers(lambda a, b: a < b)),
        Operator("less_or_equal", "is at most", 2, _numbers(lambda a, b: a <= b)),
        Operator("before", "is before (date)", 2, lambda a, b: moment(a) < moment(b)),
        Operator("after", "is after (date)", 2, lambda a, b: moment(a) > moment(b)),
        Operator("in", "is one of", 2, _in),
        Operator("not_in", "is none of", 2, lambda a, b: not _in(a, b)),
        Operator("is_empty", "is empty", 1, lambda a, _: _empty(a)),
        Operator("is_not_empty", "is not empty", 1, lambda a, _: not _empty(a)),
        Operator("is_true", "is yes", 1, lambda a, _: _true(a)),
        Operator("is_false", "is no", 1, lambda a, _: _false(a)),
        Operator("exists", "exists", 1, lambda a, _: a is not None),
        Operator("not_exists", "does not exist", 1, lambda a, _: a is None),
    )
}


class Row(BaseModel):
    """One comparison; both sides are already resolved values when it is judged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    left: Any = None
    operator: str = "equals"
    right: Any = None

    @model_validator(mode="after")
    def _known_operator(self) -> Row:
        if self.operator not in OPERATORS:
            raise ValueError(f"There is no comparison called “{self.operator}”.")
        return self


class Conditions(BaseModel):
    """A group of rows (or further groups): all or any of them must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: Literal["all", "any"] = "all"
    rows: tuple[Row | Conditions, ...] = Field(default=(), max_length=MAX_ROWS)

    def judge(self) -> bool:
        """Whether it holds. A group without rows holds."""
        results = (judge_row(r) if isinstance(r, Row) else r.judge() for r in self.rows)
        return all(results) if self.match == "all" or not self.rows else any(results)

    def explain(self) -> str:
        """The decision in words, for *why*."""
        shown = [_row_in_words(r) if isinstance(r, Row) else f"({r.explain()})" for r in self.rows]
        return (" and " if self.match == "all" else " or ").join(shown)


def judge_row(row: Row) -> bool:
    """Compare one row's two values; raises NodeError where they cannot be compared."""
    return OPERATORS[row.operator].test(row.left, row.right)


def _row_in_words(row: Row) -> str:
    operator = OPERATORS[row.operator]
    left = as_text(row.left)[:60] or "nothing"
    return (
        f"{left} {operator.label} {as_text(row.right)[:60]}"
        if operator.arity == 2
        else (f"{left} {operator.label}")
    )


def compile_conditions(value: Mapping[str, Any] | Sequence[Any]) -> Conditions:
    """Read a resolved conditions value; raises pydantic's ValidationError."""
    return Conditions.model_validate(value)
