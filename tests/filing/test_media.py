"""Names that harm nobody, and kinds told by content and name."""

import pytest

from runtime.sdk.media import fits, media_type_of, safe_name

NAMES = [
    ("report.pdf", "report.pdf"),
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\ada\\plan.xlsx", "plan.xlsx"),
    ("a\x00b\r\nSet-Cookie: x.txt", "abSet-Cookie_ x.txt"),
    ("invoice\u202efdp.exe", "invoicefdp.exe"),
    ('he said "hi".txt', "he said _hi_.txt"),
    ("...", "file"),
    ("", "file"),
    ("Zürich 1.csv", "Zürich 1.csv"),
    ("\ud800.txt", "_.txt"),
]


@pytest.mark.parametrize(("given", "kept"), NAMES)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_long_name_keeps_its_end() -> None:
    assert safe_name("ä" * 500 + ".pdf").endswith(".pdf")
    assert len(safe_name("a" * 500 + ".pdf")) == 150
    assert len(safe_name("a." + "b" * 500)) == 150


KINDS = [
    ("a.pdf", b"%PDF-1.7 ...", "application/pdf"),
    ("a.pdf", b"MZ\x90\x00\x03", "application/vnd.microsoft.portable-executable"),
    ("a.pdf", b"\x00\x01\x02", "application/octet-stream"),
    ("a.pdf", b"<html>", "text/plain"),
    ("a.csv", b"a,b\n1,2", "text/csv"),
    ("a.csv", b"\xff\xfea\x00,\x00", "text/csv"),
    ("a.json", b"{}", "application/json"),
    (
        "a.xlsx",
        b"PK\x03\x04\x14",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("a.zip", b"PK\x03\x04\x14", "application/zip"),
    ("a.png", b"\x89PNG\r\n\x1a\n\x00", "image/png"),
    ("x", b"BMW is a text", "text/plain"),
    ("x", b"", "text/plain"),
    ("a.xyz", b"\x00\x01", "application/octet-stream"),
]


@pytest.mark.parametrize(("name", "head", "kind"), KINDS)
def test_content_counts_more_than_the_name(name: str, head: bytes, kind: str) -> None:
    found = media_type_of(name, head)
    assert found == kind or (name == "a.xyz" and "xyz" in found)


FITS = [
    (("application/pdf", "a.pdf"), ".pdf", True),
    (("application/pdf", "A.PDF"), "pdf", True),
    (("text/plain", "a.pdf"), ".pdf", False),
    (("application/vnd.microsoft.portable-executable", "a.pdf"), ".pdf", False),
    (("application/pdf", "a.exe"), ".pdf", False),
    (("image/jpeg", "a.jpeg"), "jpg", True),
    (("image/png", "x.jpg"), "image/*", True),
    (("text/plain", "a.csv"), ".csv", True),
    (("application/zip", "a.csv"), ".csv", False),
]


@pytest.mark.parametrize(("file", "wanted", "good"), FITS)
def test_a_wanted_kind_is_asked_of_name_and_content(
    file: tuple[str, str], wanted: str, good: bool
) -> None:
    assert fits(*file, wanted) is good
