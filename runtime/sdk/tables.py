"""Rows and columns, read and written: CSV texts, names of columns, cells. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from runtime.sdk.errors import ErrorClass, NodeError
from runtime.sdk.items import Item, Json
from runtime.sdk.ordering import rank
from runtime.sdk.paths import field_of
from runtime.sdk.values import as_text

Separator = Literal["auto", "comma", "semicolon", "tab", "bar"]
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
SEPARATOR_WORDS = {
    "auto": "Find out",
    "comma": "Comma",
    "semicolon": "Semicolon",
    "tab": "Tab",
    "bar": "Vertical bar |",
}
MOST_COLUMNS = 2_000
MOST_CELLS = 1_000_000  # short rows are filled up, so a small text can hold a huge table
_LONGEST_CELL = 1_000_000
_TEMPTING = ("=", "+", "-", "@", "\t", "\r")
csv.field_size_limit(_LONGEST_CELL)  # the library's own limit cuts off at 131,072 characters


@dataclass(frozen=True, slots=True)
class CsvWay:
    """How a CSV text is read. `header_row` counts from 1; 0: no row holds names."""

    separator: str = "auto"
    header_row: int = 1
    numbers: bool = False


def csv_rows(text: str, how: CsvWay) -> Iterator[dict[str, Json]]:
    """The rows of a CSV text by the names of their columns; raises NodeError."""
    text = text.removeprefix("\ufeff")
    separator = SEPARATORS.get(how.separator) or _likely_separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        filled: Iterator[Sequence[Json]] = (list(row) for row in reader if row)
        for row in named_rows(filled, how.header_row, filler=""):
            yield {name: _read_cell(str(value), how.numbers) for name, value in row.items()}
    except csv.Error as error:
        raise unfit(
            f"The text is not proper CSV: {error}.",
            "Choose how the columns are parted, or look at the data.",
        ) from None


def named_rows(
    rows: Iterator[Sequence[Json]], header_row: int, filler: Json
) -> Iterator[dict[str, Json]]:
    """Cells by the names of their columns; raises NodeError where the table is too large."""
    for _ in range(header_row - 1):
        next(rows, None)
    # Whatever lies beyond the limit is only looked at to be refused.
    names = _names(next(rows, [])[: MOST_COLUMNS + 1]) if header_row else []
    cells = 0
    for row in rows:
        width = max(len(names), len(row))
        cells += width
        if width > MOST_COLUMNS or cells > MOST_CELLS:
            raise unfit(
                f"The table is too large: at most {MOST_COLUMNS:,} columns and {MOST_CELLS:,} "
                "cells can be read at once.",
                "Choose how the columns are parted, or split the table up before.",
            )
        # A row with more cells than there are names keeps them all.
        names.extend(f"column_{n + 1}" for n in range(len(names), len(row)))
        padded = [*row, *[filler] * (width - len(row))]
        yield dict(zip(names, padded, strict=True))


def unfit(message: str, fix: str, field: str = "text") -> NodeError:
    """For a table that cannot be read."""
    return NodeError(message, error_class=ErrorClass.INPUT, retryable=False, fix=fix, field=field)


def columns_of(items: Sequence[Item]) -> list[str]:
    """Every field there is, in the order they are first seen; plain values are one column."""
    names: dict[str, None] = {}
    for item in items:
        names.update(dict.fromkeys(item.json) if isinstance(item.json, dict) else {"": None})
    return list(names)


def csv_lines(
    items: Sequence[Item], columns: Sequence[str], *, separator: str, header: bool, safe: bool
) -> Iterator[str]:
    """The lines of a CSV text (RFC 4180); with `safe` no cell is a formula to a spreadsheet."""
    line = io.StringIO(newline="")
    writer = csv.writer(line, delimiter=SEPARATORS[separator])
    head: list[list[Json]] = [list(columns)] if header else []
    rows: Iterator[list[Json]] = ([field_of(item.json, name) for name in columns] for item in items)
    for part in (head, rows):
        for row in part:
            writer.writerow(_written_cell(value, safe) for value in row)
            yield line.getvalue()
            line.seek(0)
            line.truncate()


def _written_cell(value: Json, safe: bool) -> str:
    text = as_text(value)
    is_formula = text.startswith(_TEMPTING) and isinstance(value, str) and rank(value)[0] != 0
    return f"'{text}" if safe and is_formula else text


def _likely_separator(text: str) -> str:
    """The one that the first line has most of, outside of quotes."""
    line = text.lstrip().partition("\n")[0]
    bare = "".join(line.split('"')[::2])
    return max(SEPARATORS.values(), key=bare.count)


def _names(cells: Sequence[Json]) -> list[str]:
    """Each column gets a name, and none gets that of another."""
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(cells, 1):
        wanted = name = as_text(cell).strip() or f"column_{number}"
        again = 2
        while name in taken:
            name, again = f"{wanted}_{again}", again + 1
        taken.add(name)
        names.append(name)
    return names


def _read_cell(value: str, numbers: bool) -> Json:
    text = value.strip()
    if not numbers or not text or not text.isascii() or len(text) > 30:
        return value
    digits = text.lstrip("-")
    if len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
        return value
    whole, _, rest = digits.partition(".")
    if not whole.isdigit() or (rest and not rest.isdigit()) or text.count("-") > 1:
        return value
    return float(text) if "." in text or len(whole) > 15 else int(text)
