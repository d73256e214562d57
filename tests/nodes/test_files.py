"""Reading and writing files, whatever they hold, and which file of an item is meant."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from pypdf import PdfWriter

from runtime.sdk import Item, Json
from runtime.testing import PlainFiles, QuietWorld
from tests.support.one_step import run_node


def read(
    name: str, data: bytes, node: str = "data.read_file", **params: Any
) -> tuple[Any, list[Json]]:
    files = PlainFiles()
    item = Item({"id": 7}, [files.put(name, data)])
    result, out = run_node(node, params, [item], world=QuietWorld(files=files))
    return result, out.get("out", [])


def workbook(*rows: list[Any], title: str = "March", more: str = "") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if more:
        book.create_sheet(more).append(["other"])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


DAY = datetime.datetime(2030, 1, 31, 9, 30)  # noqa: DTZ001  cells know no zones
BOOK = workbook(["name", "sum", "when", ""], ["Ada", 1.5, DAY, True], [], [None, 2], more="April")
READ: list[tuple[str, bytes, dict[str, Any], list[Json]]] = [
    ("a.csv", b"n;v\nx;01\n", {}, [{"n": "x", "v": "01"}]),
    ("a.csv", "n,v\nZürich,2\n".encode("cp1252"), {"numbers": True}, [{"n": "Zürich", "v": 2}]),
    ("a.csv", "n\tv\nx\ty\n".encode("utf-16"), {}, [{"n": "x", "v": "y"}]),
    ("a.csv", b"a title\nn,v\n1,2\n", {"header_row": 2}, [{"n": "1", "v": "2"}]),
    ("a.csv", b"1,2\n", {"header_row": 0}, [{"column_1": "1", "column_2": "2"}]),
    ("a.csv", b"", {}, []),
    ("a.json", b'[{"a": 1}, 2]', {}, [{"a": 1}, 2]),
    ("a.json", b'{"a": [1]}', {}, [{"a": [1]}]),
    ("notes.md", "\ufeffGrüß".encode(), {}, [{"name": "notes.md", "text": "Grüß"}]),
    ("x", b"n,v\n1,2", {"content": "csv"}, [{"n": "1", "v": "2"}]),
    (
        "b.xlsx",
        BOOK,
        {},
        [
            {"name": "Ada", "sum": 1.5, "when": "2030-01-31T09:30:00", "column_4": True},
            {"name": None, "sum": 2, "when": None, "column_4": None},
        ],
    ),
    ("b.xlsx", BOOK, {"sheet": "April", "header_row": 0}, [{"column_1": "other"}]),
]


@pytest.mark.parametrize(("name", "content", "params", "items"), READ)
def test_what_a_file_holds_becomes_items(
    name: str, content: bytes, params: dict[str, Any], items: list[Json]
) -> None:
    result, found = read(name, content, **params)
    assert (result.status, found) == ("succeeded", items)


def packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def book_with(sheet: bytes) -> bytes:
    """A workbook whose sheet is replaced."""
    with zipfile.ZipFile(io.BytesIO(workbook(["a"], [1]))) as before:
        parts = {n: before.read(n) for n in before.namelist()}
    return packed({**parts, "xl/worksheets/sheet1.xml": sheet})


ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">' + ENTITIES + b"]>"
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="str"><v>&e11;</v></c></row></sheetData></worksheet>'
)
WIDE = "".join(f"c{n}," for n in range(2_001)).encode() + b"\n1"
BAD: dict[str, tuple[str, bytes, str]] = {
    "a bomb": ("b.xlsx", packed({"xl/x.xml": b"\x00" * 160_000_000}), "Unpacked"),
    "very many parts": ("b.xlsx", packed({str(n): b"" for n in range(5_001)}), "5,001 parts"),
    "entities in entities": ("b.xlsx", book_with(LAUGHS), "no Excel file"),
    "an archive of something": ("b.xlsx", packed({"a": b"b"}), "no Excel file"),
    "cut off": ("b.xlsx", BOOK[:-30], "no Excel file"),
    "the old format": ("b.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "cannot read"),
    "a picture": ("a.png", b"\x89PNG\r\n\x1a\n", "cannot read"),
    "a program that is called csv": ("a.csv", b"MZ\x00\x01", "no text"),
    "broken JSON": ("a.json", b'{"a": ', "not proper JSON"),
    "deep JSON": ("a.json", b"[" * 200_000, "nested"),
    "too wide": ("a.csv", WIDE, "too large"),
    "no PDF": ("a.pdf", b"%PDF-1.4 nothing", "no PDF"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_read_is_said_in_words(what: str) -> None:
    name, content, said = BAD[what]
    node = "data.read_pdf" if name.endswith(".pdf") else "data.read_file"
    result, _ = read(name, content, node)
    assert result.status == "failed", what
    assert said in result.error["message"]
    assert len(result.error["fix"].split()) > 3


def test_a_missing_sheet_names_those_there_are() -> None:
    result, _ = read("b.xlsx", BOOK, sheet="May")
    assert "March" in result.error["fix"]


# -- which file ------------------------------------------------------------------------------

PICKS = [("", "a"), ("b.txt", "b"), ("2", "b"), ("{{ input.files[1].name }}", "b")]


@pytest.mark.parametrize(("pick", "text"), [*PICKS, ("{{ start.files[1] }}", "b")])
def test_a_file_is_meant_by_place_name_or_data(pick: str, text: str) -> None:
    files = PlainFiles()
    item = Item({"id": 7}, [files.put("a.txt", b"a"), files.put("b.txt", b"b")])
    world = QuietWorld(files=files)
    _, out = run_node("data.read_file", {"file": pick}, [item], world=world)
    assert out["out"] == [{"name": f"{text}.txt", "text": text}]
    refused, _ = run_node("data.read_file", {"file": "c.txt"}, [item], world=world)
    assert "“a.txt”, “b.txt”" in str(refused.error)
    nothing, _ = run_node("data.read_file", {}, [{"id": 7}], world=world)
    assert "no file" in str(nothing.error)


# -- writing ---------------------------------------------------------------------------------

ROWS: list[Json] = [{"n": "=1+1", "v": 2}, {"n": "Zürich", "v": None, "x": [1]}]


def write(items: list[Json], **params: Any) -> tuple[Json, bytes]:
    files = PlainFiles()
    _, out = run_node("data.write_file", params, items, world=QuietWorld(files=files))
    (content,) = files.contents.values()
    return out["out"][0], content


def test_a_table_is_written_and_no_cell_is_a_formula() -> None:
    said, content = write(ROWS, name="../o.csv")
    assert said == {"name": "o.csv", "size": len(content), "rows": 2}
    assert content.decode("utf-8-sig") == "n,v,x\r\n'=1+1,2,\r\nZürich,,[1]\r\n"
    said, content = write(ROWS, safe=False, separator="semicolon", columns=["n"], header=False)
    assert content.decode("utf-8-sig") == "=1+1\r\nZürich\r\n"


def test_a_sheet_is_written_whose_texts_are_texts() -> None:
    said, content = write([*ROWS, {"n": "a\x00b", "v": 10**16}], content="excel", sheet="a/b")
    assert isinstance(said, dict)
    assert said["name"] == "items.xlsx"
    sheet = load_workbook(io.BytesIO(content))["a b"]
    assert [[c.value for c in row] for row in sheet.rows] == [
        ["n", "v", "x"],
        ["=1+1", 2, None],
        ["Zürich", None, "[1]"],
        ["ab", str(10**16), None],
    ]
    assert sheet["A2"].data_type == "s"


def test_data_and_texts_are_written() -> None:
    assert json.loads(write(ROWS, content="json")[1]) == ROWS
    said, content = write(ROWS, content="text", text="Hi {{ input[1].n }}", name="note")
    assert isinstance(said, dict)
    assert (said["name"], content.decode()) == ("note.txt", "Hi Zürich")
    assert write([], content="json")[1] == b"[]"


# -- PDF -------------------------------------------------------------------------------------


def pdf(*texts: str, password: str = "") -> bytes:
    """A PDF with a line on each page."""
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    for text in texts:
        page = writer.add_blank_page(200, 200)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        made = DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})
        fonts = DictionaryObject({NameObject("/F1"): made})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_text_of_a_pdf() -> None:
    _, found = read("a.pdf", pdf("Invoice 7", "Total 120"), "data.read_pdf")
    assert found == [{"name": "a.pdf", "pages": 2, "text": "Invoice 7\n\nTotal 120"}]
    result, found = read(
        "a.pdf", pdf("One", "Two", "Three"), "data.read_pdf", give="pages", most_pages=2
    )
    assert [page["text"] for page in found if isinstance(page, dict)] == ["One", "Two"]
    assert "first 2 were read" in str([line.message for line in result.journal.logs()])
    locked, _ = read("a.pdf", pdf("x", password="secret"), "data.read_pdf")
    assert "password" in locked.error["message"]
