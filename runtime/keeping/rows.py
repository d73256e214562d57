"""Which rows are meant, and in which order they come. Pure: the same on every database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from runtime.keeping.columns import (
    ROW_ID,
    Column,
    ColumnKind,
    fit,
    key_column,
    key_of,
    refused,
)
from runtime.sdk import Conditions, Json, NodeError
from runtime.sdk.conditions import OPERATORS, Row
from runtime.sdk.values import as_text

# An empty cell is neither more nor less than anything; it must not stop the search.
_ORDERING = frozenset({"greater", "greater_or_equal", "less", "less_or_equal", "before", "after"})

Where = Mapping[str, Any]  # see runtime.sdk.conditions; the left sides are columns
Shown = dict[str, Json]


def read_where(
    where: Where | None, columns: Sequence[Column], *, changes: bool = False
) -> Conditions:
    """The conditions; raises NodeError where they are none, or name a column that is not there.

    A form may hold a row that nobody filled in: whoever reads meant nothing by it. Before rows are
    changed or removed it is refused, or data that was empty could mean all of them.
    """
    try:
        conditions = Conditions.model_validate(where or {})
    except ValidationError:
        raise refused("The rows to look for are not described as conditions.") from None
    if not changes:
        conditions = _without_blanks(conditions)
    names = {column.name for column in columns} | {ROW_ID}
    for left in _lefts(conditions):
        if not left:
            raise refused("A condition names no column on its left.", None, "where")
        if left not in names:
            listed = ", ".join(f"“{name}”" for name in sorted(names))
            raise refused(
                f"The table has no column called “{left[:60]}”.",
                f"On the left of a condition goes the name of a column: {listed}.",
                "where",
            )
    return conditions


def matches(conditions: Conditions, row: Shown) -> bool:
    """Whether the row is meant; without conditions every row is."""
    results = (
        _holds(part, row) if isinstance(part, Row) else matches(part, row)
        for part in conditions.rows
    )
    return all(results) if conditions.match == "all" or not conditions.rows else any(results)


def in_order(
    rows: Iterable[Shown], columns: Sequence[Column], sort_by: str, *, descending: bool
) -> list[Shown]:
    """Sorted by a column: empty cells last either way, equal rows as they were added."""
    if sort_by not in {column.name for column in columns}:
        raise refused(
            f"The table has no column called “{sort_by[:60]}” to sort by.", None, "sort_by"
        )
    filled, empty = list[Shown](), list[Shown]()
    for row in rows:
        (empty if row[sort_by] is None else filled).append(row)
    return sorted(filled, key=lambda row: _rank(row[sort_by]), reverse=descending) + empty


def indexed_key(conditions: Conditions, columns: Sequence[Column]) -> str | None:
    """The key that every row meant must have, None where the conditions do not say so.

    Only where comparing by the key finds all that comparing by *is* finds, or more.
    """
    column = key_column(columns)
    if column is None or (conditions.match != "all" and len(conditions.rows) > 1):
        return None
    for part in conditions.rows:
        if isinstance(part, Row) and part.operator == "equals" and part.left == column.name:
            return _key_for(column, part.right)
    return None


def _key_for(column: Column, value: Json) -> str | None:
    if column.kind is ColumnKind.TEXT:
        return key_of(value) if isinstance(value, str) else None
    if column.kind is not ColumnKind.NUMBER:
        return None
    try:
        return key_of(fit(column, value))
    except NodeError:
        return None


def _rank(value: Json) -> tuple[int, float, str]:
    if isinstance(value, (bool, int, float)):
        return (0, float(value), "")
    return (1, 0.0, as_text(value).casefold())


def _holds(part: Row, row: Shown) -> bool:
    value = row[as_text(part.left)]
    if value is None and part.operator in _ORDERING:
        return False
    return OPERATORS[part.operator].test(value, part.right)


def _without_blanks(conditions: Conditions) -> Conditions:
    rows = tuple(
        part if isinstance(part, Row) else _without_blanks(part)
        for part in conditions.rows
        if not (isinstance(part, Row) and _blank(part))
    )
    return Conditions(match=conditions.match, rows=rows)


def _blank(part: Row) -> bool:
    return part.operator == "equals" and part.left in (None, "") and part.right in (None, "")


def _lefts(conditions: Conditions) -> Iterable[str]:
    for part in conditions.rows:
        if isinstance(part, Row):
            yield as_text(part.left)
        else:
            yield from _lefts(part)
