"""A file's content becomes items."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from runtime.sdk import (
    Context,
    ErrorClass,
    Example,
    FileRef,
    Item,
    Json,
    Kind,
    Node,
    NodeError,
    NodeParams,
    Output,
    Policy,
    field,
)
from runtime.sdk.files import FilePick, file_field, picked
from runtime.sdk.media import extension_of
from runtime.sdk.sizes import too_deep
from runtime.sdk.tables import SEPARATOR_WORDS, CsvWay, Separator, csv_rows, named_rows, unfit
from runtime.sdk.texts import Text

MOST_BYTES = 20_000_000
MOST_UNPACKED = 150_000_000  # of an Excel file, which is an archive: a small one can hold a lot
MOST_PARTS = 5_000
MOST_ROWS = 200_000
Content = Literal["auto", "csv", "json", "excel", "text"]
_TABLES = ["auto", "csv", "excel"]


class ReadFile(Node):
    """Make items of what a file holds: the rows of a table, the entries of a list, or its text."""

    type, version = "data.read_file", 1
    name, category, icon = "Read file", "Data", "file-import"
    keywords = ("csv", "excel", "xlsx", "json", "text", "upload", "spreadsheet", "import", "open")
    summary = "{file}"
    cpu = True  # in a process of its own, with limits: whatever the file holds, it hurts nobody
    default_policy = Policy(timeout_seconds=120)

    class Params(NodeParams):
        file: FilePick = file_field()
        content: Content = field(
            Kind.CHOICE,
            "auto",
            label="It holds",
            choices={
                "auto": "Find out",
                "csv": "A table (CSV)",
                "excel": "A table (Excel)",
                "json": "Data (JSON)",
                "text": "Text",
            },
        )
        sheet: Text = field(
            Kind.TEXT,
            "",
            label="Sheet",
            help="Of an Excel file. Empty: the first one.",
            show_if=("content", ["auto", "excel"]),
        )
        header_row: int = field(
            Kind.INTEGER,
            1,
            label="Row with the names of the columns",
            help="0: there is none, and the fields are called column_1, column_2 …",
            show_if=("content", _TABLES),
            ge=0,
            le=1_000,
        )
        separator: Separator = field(
            Kind.CHOICE,
            "auto",
            label="Columns are parted by",
            choices=SEPARATOR_WORDS,
            show_if=("content", ["auto", "csv"]),
            advanced=True,
        )
        numbers: bool = field(
            Kind.BOOLEAN,
            False,
            label="Read numbers in CSV as numbers",
            help="What begins with a zero, such as 01234, stays text.",
            show_if=("content", ["auto", "csv"]),
            advanced=True,
        )
        encoding: Literal["auto", "utf-8", "cp1252", "utf-16"] = field(
            Kind.CHOICE,
            "auto",
            label="Letters are written in",
            choices={
                "auto": "Find out",
                "utf-8": "UTF-8",
                "cp1252": "Windows (Western Europe)",
                "utf-16": "UTF-16",
            },
            advanced=True,
        )

    examples = (
        Example("The rows of a table", {}),
        Example("A certain sheet", {"content": "excel", "sheet": "March", "header_row": 2}),
    )
    output_sample = {"name": "Ada", "total": 120}

    async def run(self, params: Params, ctx: Context) -> Output:
        file = picked(ctx.item.files, params.file)
        content = await ctx.files.read(file, most_bytes=MOST_BYTES)
        kind = params.content if params.content != "auto" else _kind_of(file)
        return Output.items([Item(value) for value in _values(kind, file, content, params)])


def _kind_of(file: FileRef) -> str:
    end = extension_of(file.name)
    if "spreadsheetml" in file.media_type or "macroenabled" in file.media_type:
        return "excel"
    if end in ("csv", "tsv") or file.media_type in ("text/csv", "text/tab-separated-values"):
        return "csv"
    if file.media_type == "application/json":
        return "json"
    if file.media_type.startswith("text/") or file.media_type in ("application/xml",):
        return "text"
    fix = "It reads CSV, JSON, Excel (.xlsx) and text."
    if end == "xls":
        fix = "This is Excel's old format. Save it as .xlsx and try again."
    if file.media_type == "application/pdf":
        fix = "For a PDF there is the step “Read PDF”."
    raise unfit(f"“{file.name}” is of a kind that this step cannot read.", fix, "file")


def _values(
    kind: str, file: FileRef, content: bytes, params: ReadFile.Params
) -> Sequence[Json] | Iterator[Json]:
    if kind == "excel":
        return _sheet(file, content, params)
    text = _decoded(file, content, params.encoding)
    if kind == "csv":
        how = CsvWay(params.separator, params.header_row, params.numbers)
        return csv_rows(text, how)
    if kind == "json":
        return _json(file, text)
    return [{"name": file.name, "text": text}]


def _decoded(file: FileRef, content: bytes, encoding: str) -> str:
    """The text; spreadsheets write UTF-8, UTF-16 with a mark, or what Windows has always used."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    tried = (("utf-16",) if marked else ("utf-8-sig", "cp1252")) if encoding == "auto" else ()
    for name in tried or ("utf-8-sig" if encoding == "utf-8" else encoding,):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise unfit(
        f"“{file.name}” is no text in these letters.", "Choose how its letters are written.", "file"
    )


def _json(file: FileRef, text: str) -> list[Json]:
    try:
        value: Json = json.loads(text)
    except RecursionError:
        raise too_deep("file") from None
    except ValueError as error:
        message = f"“{file.name}” is not proper JSON: {error}."
        raise unfit(message, "Look at the file.", "file") from None
    return value if isinstance(value, list) else [value]


def _sheet(file: FileRef, content: bytes, params: ReadFile.Params) -> Iterator[Json]:
    _not_a_bomb(file, content)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        names = book.sheetnames
        if params.sheet and params.sheet not in names:
            there = ", ".join(f"“{name}”" for name in names[:10])
            raise unfit(f"There is no sheet “{params.sheet}”.", f"The file has: {there}.", "sheet")
        sheet = book[params.sheet or names[0]]
        sheet.reset_dimensions()  # what a file says of its own size is not believed
        yield from named_rows(_filled(sheet), params.header_row, filler=None)
    except NodeError:
        raise
    except Exception as error:
        raise NodeError(
            f"“{file.name}” is no Excel file that can be read.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Open it in a spreadsheet program and save it as .xlsx again.",
            field="file",
        ) from error


def _not_a_bomb(file: FileRef, content: bytes) -> None:
    """The library would unpack whatever there is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError):
        raise unfit(
            f"“{file.name}” is no Excel file that can be read.",
            "Only .xlsx is read. Save it as that, and without a password.",
            "file",
        ) from None
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
        raise unfit(
            f"Unpacked, “{file.name}” would have {unpacked / 1e6:,.0f} MB in {len(parts):,} parts; "
            f"at most {MOST_UNPACKED / 1e6:,.0f} MB in {MOST_PARTS:,} parts are read.",
            "Split it up, or save the sheet as CSV.",
            "file",
        )


def _filled(sheet: Any) -> Iterator[list[Json]]:
    """Rows that hold something, without the empty cells at their end."""
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number >= MOST_ROWS:
            raise unfit(
                f"The sheet has more than {MOST_ROWS:,} rows, which is as many as can be read.",
                "Split it up before.",
                "file",
            )
        cells = [_cell(value) for value in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield cells


def _cell(value: Any) -> Json:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)
