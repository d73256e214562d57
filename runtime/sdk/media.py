"""What a file is: a name that harms nobody, and a kind told by its name and its first bytes. Pure.

The magic numbers are those of the formats' own specifications; what is not in the table is told by
its name alone, and text by being text.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata

HEAD_BYTES = 4_096  # as much as is looked at
UNKNOWN = "application/octet-stream"
LONGEST_NAME = 150  # characters; with every letter of four bytes it still fits a file system
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# (place, bytes there, media type)
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"BM", "image/bmp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-elf"),
)
# Office's files are archives: what they are stands in their names.
_IN_ZIP = {
    "xlsx": _XLSX,
    "xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "epub": "application/epub+zip",
}
_IN_OLE = {"xls": "application/vnd.ms-excel", "doc": "application/msword"}
_MORE = {
    **_IN_ZIP,
    **_IN_OLE,
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "md": "text/markdown",
    "txt": "text/plain",
    "m4a": "audio/mp4",
    "webp": "image/webp",
}


def safe_name(name: str, fallback: str = "file") -> str:
    """A file's own name: no folders, no control characters, nothing a system reads as more."""
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    last = plain.replace("\\", "/").rsplit("/", 1)[-1]
    # Characters that turn the direction of writing make an .exe look like a .pdf.
    kept = "".join(c for c in last if unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cs"))
    tidy = _FORBIDDEN.sub("_", kept).strip(" .")
    if len(tidy) > LONGEST_NAME:
        stem, dot, end = tidy.rpartition(".")
        short = dot and 0 < len(end) <= 10
        tidy = f"{stem[: LONGEST_NAME - len(end) - 1]}.{end}" if short else tidy[:LONGEST_NAME]
    return tidy or fallback


def extension_of(name: str) -> str:
    """What follows the last dot, in small letters; empty where nothing does."""
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem else ""


def media_type_of(name: str, head: bytes) -> str:
    """What the file is: by its first bytes, and where those do not tell, by its name."""
    found = _by_content(head)
    end = extension_of(name)
    if found == "application/zip":
        return _IN_ZIP.get(end, found)
    if found == "application/x-ole-storage":
        return _IN_OLE.get(end, found)
    if found:
        return found
    named = _MORE.get(end) or mimetypes.guess_type(f"file.{end}")[0] or ""
    if is_text(head):
        return named if _is_textual(named) else "text/plain"
    # Called a picture or a PDF, but nothing in it says so: it is not taken for one.
    return UNKNOWN if _is_textual(named) or _has_magic(named) else named or UNKNOWN


def is_text(head: bytes) -> bool:
    """Whether these bytes can be the beginning of a text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\x00" not in head and not any(b < 9 or 13 < b < 27 or 27 < b < 32 for b in head)


def fits(media_type: str, name: str, wanted: str) -> bool:
    """Whether a file is of a wanted kind: `.pdf`, `pdf`, `image/*` or `application/pdf`."""
    asked = wanted.strip().lower()
    if "/" in asked:
        group, _, kind = asked.partition("/")
        return media_type == asked or (kind == "*" and media_type.startswith(f"{group}/"))
    end = asked.lstrip(".")
    if extension_of(name) not in _ALIKE.get(end, (end,)):
        return False
    named = _MORE.get(end) or mimetypes.guess_type(f"file.{end}")[0]
    # The content must say the same where it can: a program called .pdf is no PDF.
    if named is None:
        return True
    if _is_textual(named):
        return _is_textual(media_type)
    return media_type == named or not _has_magic(named)


_ALIKE = {"jpg": ("jpg", "jpeg"), "jpeg": ("jpg", "jpeg"), "tif": ("tif", "tiff")}


def _by_content(head: bytes) -> str:
    for place, magic, media_type in _MAGIC:
        if head.startswith(magic, place) and _surely(head, media_type):
            return media_type
    return ""


def _surely(head: bytes, media_type: str) -> bool:
    """Two letters are not enough where a text may begin with them."""
    short = media_type in ("image/bmp", "application/vnd.microsoft.portable-executable")
    if short or media_type in ("image/webp", "audio/wav"):
        return not is_text(head)
    return True


def _is_textual(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type in (
        "application/json",
        "application/xml",
        "application/javascript",
        "image/svg+xml",
    )


def _has_magic(media_type: str) -> bool:
    known = {found for _, _, found in _MAGIC} | set(_IN_ZIP.values()) | set(_IN_OLE.values())
    return media_type in known
