"""Columns of a table, and what a value must be to go into one. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from runtime.sdk import ErrorClass, Json, NodeError
from runtime.sdk.values import as_text, number_of

ROW_ID = "row_id"  # in what steps read, beside the columns
MOST_COLUMNS = 100
MOST_BYTES = 262_144  # of one row, or of one remembered value
_YES = frozenset({"true", "yes", "1", "on"})
_NO = frozenset({"false", "no", "0", "off"})


class ColumnKind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    DATE = "date"  # a day, or a moment; kept as ISO 8601 text
    DATA = "data"  # whatever JSON can say


KEY_KINDS = frozenset({ColumnKind.TEXT, ColumnKind.NUMBER, ColumnKind.DATE})


@dataclass(frozen=True, slots=True)
class Column:
    """A column; values are kept under its `id`, so that renaming it moves nothing."""

    id: str
    name: str
    kind: ColumnKind
    is_key: bool = False  # each value occurs once


def fitted(columns: Sequence[Column], values: Mapping[str, Json]) -> dict[str, Json]:
    """The values by column id; raises NodeError for a name or value that does not fit."""
    known = {column.name: column for column in columns}
    strange = [name for name in values if name not in known]
    if strange:
        there = ", ".join(f"“{name}”" for name in known) or "none yet"
        raise refused(
            f"The table has no column called “{strange[0][:60]}”.",
            f"Its columns are: {there}. Add the column on the table's page, or choose another.",
        )
    made = {known[name].id: fit(known[name], value) for name, value in values.items()}
    if len(json.dumps(made)) > MOST_BYTES:
        raise refused(
            "This row is larger than 256 KB.",
            "Keep large things elsewhere, and a link to them here.",
        )
    return made


def fit(column: Column, value: Json) -> Json:
    """The value as the column keeps it; None is an empty cell in every kind of column."""
    if value is None or (value == "" and column.kind is not ColumnKind.TEXT):
        return None
    try:
        return _FITS[column.kind](value)
    except (NodeError, ValueError):
        raise refused(
            f"“{as_text(value)[:60]}” cannot go into the column “{column.name}”, "
            f"which holds {_HOLDS[column.kind]}.",
            "Look at the data, or change the column on the table's page.",
        ) from None


def key_of(value: Json) -> str | None:
    """A key value as what is compared and indexed; None where there is nothing to compare.

    Capitals and spaces around it make no difference: nobody means two customers by them.
    """
    text = as_text(value).strip().lower()
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else None


def key_column(columns: Sequence[Column]) -> Column | None:
    """The column whose values occur once, if there is one."""
    return next((column for column in columns if column.is_key), None)


def shown(columns: Sequence[Column], row_id: str, kept: Mapping[str, Json]) -> dict[str, Json]:
    """A row as steps see it: every column by its name, and where the row can be found again."""
    return {**{column.name: kept.get(column.id) for column in columns}, ROW_ID: row_id}


def refused(message: str, fix: str | None = None, field: str | None = None) -> NodeError:
    """The data or the settings are wrong; another try cannot help."""
    return NodeError(message, error_class=ErrorClass.INPUT, retryable=False, fix=fix, field=field)


def _number(value: Json) -> Json:
    number = number_of(value.strip() if isinstance(value, str) else value, "number")
    return int(number) if float(number).is_integer() and abs(number) < 2**53 else number


def _yes_no(value: Json) -> Json:
    word = as_text(value).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError


def _date(value: Json) -> Json:
    text = as_text(value).strip()
    if len(text) == 10:
        return date.fromisoformat(text).isoformat()
    return datetime.fromisoformat(text).isoformat()


_FITS: Mapping[ColumnKind, Callable[[Json], Json]] = {
    ColumnKind.TEXT: as_text,
    ColumnKind.NUMBER: _number,
    ColumnKind.YES_NO: _yes_no,
    ColumnKind.DATE: _date,
    ColumnKind.DATA: lambda value: value,
}
_HOLDS = {
    ColumnKind.TEXT: "text",
    ColumnKind.NUMBER: "numbers",
    ColumnKind.YES_NO: "yes or no",
    ColumnKind.DATE: "dates such as 2026-03-31",
    ColumnKind.DATA: "data",
}
