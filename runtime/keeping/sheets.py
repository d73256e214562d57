"""Tables as CSV files. A file goes in whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from runtime.keeping.columns import MOST_COLUMNS, Column, ColumnKind, fit, refused
from runtime.keeping.tables import OpenTable, open_table, put_row, rows_of
from runtime.models import DataColumn, DataTable
from runtime.sdk import Json, NodeError
from runtime.sdk.values import as_text

MOST_CHARACTERS = 20_000_000
# A spreadsheet would take such a cell for a formula, and formulas can send data away.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file brought: rows that are new, and rows that were there and changed."""

    added: int
    changed: int


def export_csv(table: OpenTable) -> str:
    """The table with a line of column names, for spreadsheets; cells that begin like a formula
    get an apostrophe in front, which `import_csv` takes away again."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([harmless(column.name) for column in table.columns])
    for row in rows_of(table):
        writer.writerow([_cell(row[column.name]) for column in table.columns])
    return made.getvalue().encode("utf-8", "replace").decode()


@transaction.atomic
def import_csv(row: DataTable, text: str) -> Brought:
    """Add the file's rows; where the key is there already, that row is changed instead.

    A table without columns gets those of the file. Raises NodeError with the line that is wrong.
    """
    lines = _lines(text)
    if not lines:
        raise refused("The file is empty.", "Its first line must name the columns.")
    names, rows = [_plain(name).strip() for name in lines[0][1]], lines[1:]
    DataTable.objects.select_for_update().get(id=row.id)
    if not row.columns.exists():
        _make_columns(row, names, rows)
    table = open_table(row.workspace_id, row.name)
    columns = _named(table, names)
    added = 0
    for number, cells in rows:
        try:
            added += put_row(table, _values(columns, cells))
        except NodeError as error:
            raise refused(f"Line {number}: {error.message}", error.fix) from None
    return Brought(added, len(rows) - added)


def read_text(content: bytes) -> str:
    """The text of a file, as spreadsheets write them; raises NodeError."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and len(text) <= MOST_CHARACTERS:
            return text
    raise refused("This is no CSV file, or a very large one.", "Save the sheet as CSV (UTF-8).")


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """The lines that hold something, with their numbers."""
    first = text.split("\n", 1)[0]
    mark = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    try:
        return [(reader.line_num, cells) for cells in reader if any(cells)]
    except csv.Error:
        raise refused(f"Line {reader.line_num} cannot be read as CSV.") from None


def _make_columns(
    row: DataTable, names: Sequence[str], rows: Sequence[tuple[int, list[str]]]
) -> None:
    if len(names) > MOST_COLUMNS:
        raise refused(f"A table has at most {MOST_COLUMNS} columns.")
    for place, name in enumerate(names):
        if not 0 < len(name) <= 80 or names.count(name) > 1 or not name.isprintable():
            raise refused(
                f"“{name[:60]}” cannot be the name of a column.",
                "Each name in the first line must be there, be short, and occur once.",
            )
        cells = [cells[place] for _, cells in rows if len(cells) > place and cells[place]]
        DataColumn.objects.create(table=row, name=name, kind=_kind(cells))


def _kind(cells: Sequence[str]) -> ColumnKind:
    """What all the cells can be; text where they are of several kinds, or there are none."""
    for kind in (ColumnKind.NUMBER, ColumnKind.DATE, ColumnKind.YES_NO):
        if cells and all(_fits(kind, cell) for cell in cells):
            return kind
    return ColumnKind.TEXT


def _fits(kind: ColumnKind, cell: str) -> bool:
    # “007” is somebody's number and not seven.
    if kind is ColumnKind.NUMBER and len(cell) > 1 and cell[0] == "0" and cell[1] not in ".,":
        return False
    try:
        fit(Column("", "", kind), cell)
    except NodeError:
        return False
    return True


def _named(table: OpenTable, names: Sequence[str]) -> list[Column]:
    known = {column.name.casefold(): column for column in table.columns}
    strange = [name for name in names if name.casefold() not in known]
    if strange:
        there = ", ".join(f"“{column.name}”" for column in table.columns)
        raise refused(
            f"The table has no column called “{strange[0][:60]}”.",
            f"The first line of the file names columns of the table: {there}.",
        )
    return [known[name.casefold()] for name in names]


def _values(columns: Sequence[Column], cells: Sequence[str]) -> dict[str, Json]:
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        raise refused("There are more cells than columns.", "Is a quotation mark missing?")
    return {
        column.id: fit(column, _read(column, cell))
        for column, cell in zip(columns, cells, strict=False)
    }


def _read(column: Column, cell: str) -> Json:
    text = _plain(cell)
    if column.kind is not ColumnKind.DATA or not text:
        return text
    try:
        return json.loads(text)  # type: ignore[no-any-return]
    except ValueError:
        return text


def _cell(value: Json) -> str:
    if isinstance(value, str):
        return harmless(value)
    return as_text(value)


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
