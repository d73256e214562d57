"""A table in a text becomes items."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Literal

from runtime.sdk import (
    Context,
    ErrorClass,
    Example,
    Item,
    Json,
    Kind,
    Node,
    NodeError,
    NodeParams,
    Output,
    field,
)
from runtime.sdk.sizes import MOST_TEXT, not_too_long
from runtime.sdk.texts import Text

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
MOST_COLUMNS = 2_000
MOST_CELLS = 1_000_000  # short rows are filled up, so a small text can hold a huge table
csv.field_size_limit(MOST_TEXT)  # the library's own limit cuts off at 131,072 characters


class CsvRead(Node):
    """Make one item of each row of a CSV text."""

    type, version = "data.csv_read", 1
    name, category, icon = "CSV to items", "Data", "file-type-csv"
    keywords = ("table", "spreadsheet", "excel", "import", "rows", "parse", "comma")

    class Params(NodeParams):
        text: Text = field(Kind.MULTILINE, "{{ input.body }}", label="CSV")
        separator: Literal["auto", "comma", "semicolon", "tab", "bar"] = field(
            Kind.CHOICE,
            "auto",
            label="Columns are parted by",
            choices={
                "auto": "Find out",
                "comma": "Comma",
                "semicolon": "Semicolon",
                "tab": "Tab",
                "bar": "Vertical bar |",
            },
        )
        header: bool = field(
            Kind.BOOLEAN,
            True,
            label="The first row holds the names",
            help="Otherwise the fields are called column_1, column_2 …",
        )
        numbers: bool = field(
            Kind.BOOLEAN,
            False,
            label="Read numbers as numbers",
            help="What begins with a zero, such as 01234, stays text.",
        )

    examples = (
        Example(
            "A list of customers",
            {"text": "{{ input.file }}", "numbers": True},
            input=[{"file": 'name;zip;age\n"Doe; Jo";01234;36\nAda;;\n'}],
            output={
                "out": [
                    {"name": "Doe; Jo", "zip": "01234", "age": 36},
                    {"name": "Ada", "zip": "", "age": ""},
                ]
            },
        ),
        Example(
            "Without names",
            {"text": "a,1\nb,2", "header": False},
            input=[{}],
            output={
                "out": [{"column_1": "a", "column_2": "1"}, {"column_1": "b", "column_2": "2"}]
            },
        ),
    )

    async def run(self, params: Params, ctx: Context) -> Output:
        not_too_long(params.text, "text")
        # A large table takes a moment: the other flows of this worker do not wait for it.
        return Output.items(await asyncio.to_thread(_read, params))


def _read(params: CsvRead.Params) -> list[Item]:
    try:
        return [Item(row) for row in _rows(params, params.text.removeprefix("\ufeff"))]
    except csv.Error as error:
        raise _unfit(
            f"The text is not proper CSV: {error}.",
            "Choose how the columns are parted, or look at the data.",
        ) from None


def _rows(params: CsvRead.Params, text: str) -> Iterator[dict[str, Json]]:
    separator = SEPARATORS.get(params.separator) or _likely_separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    filled = (row for row in reader if row)
    # Whatever lies beyond the limit is only looked at to be refused.
    names = _names(next(filled, [])[: MOST_COLUMNS + 1]) if params.header else []
    cells = 0
    for row in filled:
        cells += max(len(names), len(row))
        if max(len(names), len(row)) > MOST_COLUMNS or cells > MOST_CELLS:
            raise _unfit(
                f"The table is too large: at most {MOST_COLUMNS:,} columns and {MOST_CELLS:,} "
                "cells can be read at once.",
                "Choose how the columns are parted, or split the table up before.",
            )
        # A row with more cells than there are names keeps them all.
        names.extend(f"column_{n + 1}" for n in range(len(names), len(row)))
        pairs = zip_longest(names, row, fillvalue="")
        yield {name: _cell(value, params.numbers) for name, value in pairs}


def _unfit(message: str, fix: str) -> NodeError:
    return NodeError(
        message, error_class=ErrorClass.INPUT, retryable=False, fix=fix, field="text"
    )


def _likely_separator(text: str) -> str:
    """The one that the first line has most of, outside of quotes."""
    line = text.lstrip().partition("\n")[0]
    bare = "".join(line.split('"')[::2])
    return max(SEPARATORS.values(), key=bare.count)


def _names(cells: Sequence[str]) -> list[str]:
    """Each column gets a name, and none gets that of another."""
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(cells, 1):
        wanted = name = cell.strip() or f"column_{number}"
        again = 2
        while name in taken:
            name, again = f"{wanted}_{again}", again + 1
        taken.add(name)
        names.append(name)
    return names


def _cell(value: str, numbers: bool) -> Json:
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
