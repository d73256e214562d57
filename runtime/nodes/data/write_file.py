"""Items become a file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from typing import Any, Literal

from runtime.sdk import (
    Context,
    Example,
    Item,
    Json,
    Kind,
    Mode,
    Node,
    NodeParams,
    Output,
    Policy,
    field,
)
from runtime.sdk.paths import FieldName, field_of
from runtime.sdk.tables import MOST_CELLS, columns_of, csv_lines, unfit
from runtime.sdk.texts import Text
from runtime.sdk.values import as_text

_ENDS = {"csv": "csv", "excel": "xlsx", "json": "json", "text": "txt"}
_LONGEST_CELL = 32_767  # characters, in Excel
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class WriteFile(Node):
    """Make one file of all items: a table, data, or a text. Other steps can send it."""

    type, version = "data.write_file", 1
    name, category, icon = "Write file", "Data", "file-export"
    keywords = ("csv", "excel", "xlsx", "json", "text", "export", "spreadsheet", "save", "report")
    summary = "{name}"
    mode = Mode.ALL
    cpu = True
    default_policy = Policy(timeout_seconds=120)

    class Params(NodeParams):
        content: Literal["csv", "excel", "json", "text"] = field(
            Kind.CHOICE,
            "csv",
            label="Write",
            choices={
                "csv": "A table (CSV)",
                "excel": "A table (Excel)",
                "json": "Data (JSON)",
                "text": "A text",
            },
        )
        name: Text = field(
            Kind.TEXT,
            "",
            label="Name of the file",
            help="Empty: “items” with the ending that fits.",
            placeholder="orders.csv",
        )
        columns: tuple[FieldName, ...] = field(
            Kind.LIST,
            (),
            label="Columns",
            help="Names of fields, such as customer.email. Without any, all fields become columns.",
            show_if=("content", ["csv", "excel"]),
            templates=False,
            max_length=1000,
        )
        header: bool = field(
            Kind.BOOLEAN,
            True,
            label="The first row holds the names",
            show_if=("content", ["csv", "excel"]),
        )
        separator: Literal["comma", "semicolon", "tab"] = field(
            Kind.CHOICE,
            "comma",
            label="Columns are parted by",
            choices={"comma": "Comma", "semicolon": "Semicolon", "tab": "Tab"},
            show_if=("content", ["csv"]),
        )
        safe: bool = field(
            Kind.BOOLEAN,
            True,
            label="Safe to open as a spreadsheet",
            help="A text that begins like a formula gets a ' before it, so that it is shown and "
            "not worked out. In Excel files texts are always texts.",
            show_if=("content", ["csv"]),
            advanced=True,
        )
        sheet: Text = field(
            Kind.TEXT,
            "Items",
            label="Name of the sheet",
            show_if=("content", ["excel"]),
            advanced=True,
        )
        text: Text = field(Kind.MULTILINE, "", label="Text", show_if=("content", ["text"]))

    examples = (
        Example("A table of all items", {"name": "orders.csv"}, input=[{"id": 1}, {"id": 2}]),
        Example("A sheet", {"content": "excel", "columns": ["id", "customer.email"]}),
    )
    output_sample = {"name": "orders.csv", "size": 1234, "rows": 20}

    async def run(self, params: Params, ctx: Context) -> Output:
        items = ctx.items
        columns = list(params.columns) or columns_of(items)
        end = _ENDS[params.content]
        name = params.name.strip() or "items"
        if "." not in name:
            name = f"{name}.{end}"
        file = await ctx.files.write(name, _content(params, items, columns))
        said: dict[str, Json] = {"name": file.name, "size": file.size, "rows": len(items)}
        return Output.items([Item(said, [file], range(len(items)))])


def _content(params: WriteFile.Params, items: Sequence[Item], columns: Sequence[str]) -> bytes:
    if params.content == "text":
        return params.text.encode("utf-8", "replace")
    if params.content == "json":
        values = [item.json for item in items]
        return json.dumps(values, ensure_ascii=False, indent=2).encode("utf-8", "replace")
    if params.content == "excel":
        return _workbook(params, items, columns)
    lines = csv_lines(
        items, columns, separator=params.separator, header=params.header, safe=params.safe
    )
    # The mark at the beginning tells spreadsheet programs that these are letters of all scripts.
    return "\ufeff".encode() + "".join(lines).encode("utf-8", "replace")


def _workbook(params: WriteFile.Params, items: Sequence[Item], columns: Sequence[str]) -> bytes:
    if len(items) * max(1, len(columns)) > MOST_CELLS:
        raise unfit(
            f"An Excel file can be written with at most {MOST_CELLS:,} cells.",
            "Write CSV, or fewer columns.",
            "columns",
        )
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    title = re.sub(r"[\[\]:*?/\\]", " ", _plain(params.sheet)).strip(" '")[:31]
    sheet = book.create_sheet(title or "Items")
    if params.header:
        sheet.append([_cell(sheet, name) for name in columns])
    for item in items:
        sheet.append([_cell(sheet, field_of(item.json, name)) for name in columns])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(sheet: Any, value: Json) -> Any:
    """Numbers stay numbers; a text is never taken for a formula."""
    from openpyxl.cell import WriteOnlyCell

    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**15 else str(value)  # more digits Excel would round
    cell = WriteOnlyCell(sheet)
    cell.value = ""
    cell._value = _plain(as_text(value))[:_LONGEST_CELL]
    cell.data_type = "s"
    return cell


def _plain(text: str) -> str:
    """Without what an XML file cannot hold."""
    return _NOT_IN_XML.sub("", text)
