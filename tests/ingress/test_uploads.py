"""Forms and files at the edge: in pieces of any size, within the caps, with hostile names."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from runtime.filing.disk import DiskShelf
from runtime.ingress.body import RefusedError
from runtime.ingress.uploads import FIELD_BYTES, Place, upload_for
from runtime.sdk.items import FileRef, Json

HOME = "01890000-0000-7000-8000-000000000001"
FORM = "multipart/form-data; boundary=xYz"


def part(name: str, value: bytes, filename: str | None = None, kind: str = "") -> bytes:
    said = f'form-data; name="{name}"' + (
        f'; filename="{filename}"' if filename is not None else ""
    )
    typed = f"\r\nContent-Type: {kind}" if kind else ""
    return f"--xYz\r\nContent-Disposition: {said}{typed}\r\n\r\n".encode() + value + b"\r\n"


def take(
    folder: Path, body: bytes, kind: str = FORM, said: str = "", size: int = 7, limit: int = 1_000
) -> tuple[Json, list[FileRef]]:
    upload = upload_for(Place(DiskShelf(folder), HOME, limit), kind, said)
    try:
        for start in range(0, len(body), size):
            upload.feed(body[start : start + size])
        return upload.finish()
    finally:
        upload.discard()


def left(folder: Path) -> list[str]:
    return [p.name for p in folder.rglob("*") if p.is_file()]


WHOLE = (
    part("to", b"Z\xc3\xbcrich")
    + part("to", b"")
    + part("photo", b"\x89PNG\r\n\x1a\nxx", "../../me.png", "text/html")
    + part("empty", b"", "", "application/octet-stream")
    + part("none", b"", "zero.txt")
    + b"--xYz--\r\n"
)


@pytest.mark.parametrize("size", [1, 2, 5, 64, 10_000])
def test_a_form_becomes_data_and_files_however_it_arrives(tmp_path: Path, size: int) -> None:
    data, files = take(tmp_path, WHOLE, size=size)
    assert data == {"to": ["Zürich", ""], "photo": "me.png", "none": "zero.txt"}
    assert [(f.name, f.media_type, f.size) for f in files] == [
        ("me.png", "image/png", 10),
        ("zero.txt", "text/plain", 0),
    ]
    assert sorted(left(tmp_path)) == sorted(f.sha256 for f in files)


def test_a_body_that_is_a_file_is_one(tmp_path: Path) -> None:
    said = 'attachment; filename="a\\b.pdf"'
    assert take(tmp_path, b"%PDF-1", "application/pdf", said)[1][0].name == "b.pdf"
    data, (file,) = take(tmp_path, b"\x00\x01", "image/png")
    assert (data, file.name, file.media_type) == (None, "body.png", "image/png")
    assert file.sha256 == hashlib.sha256(b"\x00\x01").hexdigest()
    assert take(tmp_path, b"", "image/png") == (None, [])


many = b"".join(part(f"f{n}", b"x", f"{n}.txt") for n in range(101)) + b"--xYz--\r\n"
BAD: dict[str, tuple[bytes, str, int]] = {
    "a file over the cap": (part("f", b"x" * 1_001, "f.bin") + b"--xYz--\r\n", FORM, 413),
    "a raw body over the cap": (b"x" * 1_001, "image/png", 413),
    "texts without end": (part("f", b"x" * (FIELD_BYTES + 1)) + b"--xYz--\r\n", FORM, 413),
    "very many files": (many, FORM, 413),
    "cut off": (WHOLE[:-12], FORM, 400),
    "no boundary": (WHOLE, "multipart/form-data", 400),
    "another boundary": (WHOLE.replace(b"xYz", b"abc"), FORM, 400),
    "a text that is none": (part("f", b"\xff\xfe") + b"--xYz--\r\n", FORM, 400),
    "headers without end": (
        b"--xYz\r\n" + b"".join(b"a%d: b\r\n" % n for n in range(100)) + b"\r\nx\r\n--xYz--",
        FORM,
        400,
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_is_refused_and_leaves_nothing(tmp_path: Path, what: str) -> None:
    body, kind, status = BAD[what]
    with pytest.raises(RefusedError) as refused:
        take(tmp_path, body, kind, size=8_000)
    assert (refused.value.status, len(refused.value.message.split()) > 3) == (status, True)
    assert left(tmp_path) == []


def test_an_address_may_take_forms_and_no_files(tmp_path: Path) -> None:
    place = Place(DiskShelf(tmp_path), HOME, 1_000, most=0)
    empty = part("a", b"b") + part("empty", b"", "") + b"--xYz--\r\n"
    upload = upload_for(place, FORM, "")
    upload.feed(empty)
    assert upload.finish() == ({"a": "b"}, [])
    with pytest.raises(RefusedError) as refused:
        upload_for(place, FORM, "").feed(WHOLE)
    assert (refused.value.status, left(tmp_path)) == (415, [])


async def test_a_call_is_refused_before_more_of_it_is_read(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    from types import SimpleNamespace
    from typing import cast

    from runtime.ingress.gate import Gate
    from runtime.ingress.reading import read_call
    from runtime.ingress.routing import FoundRoute

    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"x" * 400_000, "more_body": True}

    route = cast(FoundRoute, SimpleNamespace(settings={"max_files_mb": 1}, workspace_id=HOME))
    for headers, looks in (({"content-length": "1000001"}, 0), ({}, 3)):
        asked = 0
        with pytest.raises(RefusedError, match="larger than the 1000 kB"):
            await read_call(route, {"content-type": "image/png", **headers}, receive, Gate(""))
        assert asked == looks
