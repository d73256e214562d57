"""Files that come with a call, streamed to the disk as they arrive: raw, or in a multipart form.

Blocking: each piece is fed in a thread. Whatever a caller names a file is only ever a name.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass, field
from typing import Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from runtime.filing.limits import MOST_FILES, in_words
from runtime.filing.shelf import Draft, NoRoomError, Shelf, TooLargeError
from runtime.ingress.body import MAX_FIELDS, RefusedError, collect
from runtime.sdk.items import FileRef, Json
from runtime.sdk.media import UNKNOWN, media_type_of, safe_name

FIELD_BYTES = 1_000_000  # all fields of a form that are no files
NO_FILES = "This address does not take files. Send their content as data."
_BROKEN = "The form cannot be read."


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of a call go, how large each may be (bytes), and how many there may be."""

    shelf: Shelf
    workspace: str
    limit: int
    most: int = MOST_FILES


@dataclass(slots=True)
class Taken:
    """What a call brought. `fingerprint` is of the body as it came."""

    data: Json
    files: list[FileRef]
    fingerprint: str
    size: int
    body: bytes = b""  # where it was read whole


class Upload(Protocol):
    """A body on its way in."""

    def feed(self, piece: bytes) -> None:
        """Take a piece; raises RefusedError."""
        ...

    def finish(self) -> tuple[Json, list[FileRef]]:
        """The data and files of the whole body; raises RefusedError."""
        ...

    def discard(self) -> None:
        """Forget what is not kept; harmless after `finish`."""
        ...


def upload_for(place: Place, content_type: str, disposition: str) -> Upload:
    """Who takes a body of this type, which is a form or a file; raises RefusedError."""
    kind, options = parse_options_header(content_type)
    named = kind.decode("latin-1").strip().lower()
    if named == "multipart/form-data":
        boundary = options.get(b"boundary", b"")
        if not 0 < len(boundary) <= 70:
            raise RefusedError(400, _BROKEN)
        return FormUpload(place, boundary)
    _, said = parse_options_header(disposition or None)
    name = _text(said.get(b"filename", b"")) or f"body{mimetypes.guess_extension(named) or ''}"
    return RawUpload(place, name, named)


class RawUpload:
    """The body is a file."""

    def __init__(self, place: Place, name: str, said: str) -> None:
        self._limit, self._name, self._said = place.limit, name, said
        self._draft = _begin(place)

    def feed(self, piece: bytes) -> None:
        _write(self._draft, piece, self._limit)

    def finish(self) -> tuple[Json, list[FileRef]]:
        if not self._draft.size:
            return None, []
        return None, [_keep(self._draft, self._name, self._said)]

    def discard(self) -> None:
        self._draft.discard()


@dataclass(slots=True)
class _Part:
    """One part of a form; `draft` where it is a file."""

    headers: dict[str, bytes] = field(default_factory=dict)
    name: str = ""
    filename: str | None = None
    text: bytearray = field(default_factory=bytearray)
    draft: Draft | None = None


class FormUpload:
    """A multipart form: its texts become data, its files files."""

    def __init__(self, place: Place, boundary: bytes) -> None:
        self._place = place
        self._part = _Part()
        self._header = (bytearray(), bytearray())
        self._pairs: list[tuple[str, str]] = []
        self._files: list[tuple[Draft, str, str]] = []
        self._text_bytes = 0
        self._whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._all,
            },
        )

    def feed(self, piece: bytes) -> None:
        try:
            self._parser.write(piece)
        except FormParserError:
            raise RefusedError(400, _BROKEN) from None

    def finish(self) -> tuple[Json, list[FileRef]]:
        if not self._whole:
            raise RefusedError(400, _BROKEN)
        files = [_keep(draft, name, said) for draft, name, said in self._files]
        return collect(self._pairs), files

    def discard(self) -> None:
        for draft, _, _ in self._files:
            draft.discard()

    # -- what the parser calls ---------------------------------------------------------------

    def _begin(self) -> None:
        self._part = _Part()
        self._header = (bytearray(), bytearray())

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_end(self) -> None:
        name, value = self._header
        self._part.headers[name.decode("latin-1").lower()] = bytes(value)
        self._header = (bytearray(), bytearray())

    def _headers_end(self) -> None:
        part = self._part
        _, options = parse_options_header(part.headers.get("content-disposition"))
        part.name = _text(options.get(b"name", b""))
        if b"filename" in options:
            part.filename = _text(options[b"filename"])
            if part.filename and not self._place.most:
                raise RefusedError(415, NO_FILES)
            if len(self._files) >= MOST_FILES:
                raise RefusedError(413, f"A form brings at most {MOST_FILES} files.")
            part.draft = _begin(self._place)
            said = part.headers.get("content-type", b"").decode("latin-1")
            self._files.append((part.draft, part.filename, said))
        elif len(self._pairs) >= MAX_FIELDS:
            raise RefusedError(413, f"A form has at most {MAX_FIELDS} fields.")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part.draft is not None:
            _write(self._part.draft, data[start:end], self._place.limit)
            return
        self._text_bytes += end - start
        if self._text_bytes > FIELD_BYTES:
            raise RefusedError(413, "The texts of the form are larger than 1 MB.")
        self._part.text.extend(data[start:end])

    def _end(self) -> None:
        part = self._part
        if part.draft is None:
            self._pairs.append((part.name, _text(bytes(part.text))))
        elif not part.filename and not part.draft.size:  # a field for a file that was left empty
            part.draft.discard()
            self._files.pop()
        else:
            # The data says which of the files came in which field.
            self._pairs.append((part.name, safe_name(part.filename or "")))

    def _all(self) -> None:
        self._whole = True


class Fingerprint:
    """What a body was, and how large, without keeping it."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.size = 0

    def add(self, piece: bytes) -> None:
        self._hash.update(piece)
        self.size += len(piece)

    def made(self) -> str:
        return self._hash.hexdigest()


def _begin(place: Place) -> Draft:
    try:
        return place.shelf.begin(place.workspace, place.limit)
    except NoRoomError:
        raise _no_room() from None


def _write(draft: Draft, piece: bytes, limit: int) -> None:
    try:
        draft.write(piece)
    except TooLargeError:
        raise RefusedError(413, f"A file is larger than {in_words(limit)}.") from None
    except NoRoomError:
        raise _no_room() from None


def _keep(draft: Draft, name: str, said: str) -> FileRef:
    named = safe_name(name)
    found = media_type_of(named, draft.head)
    if found == UNKNOWN and said.isascii() and 0 < len(said) < 100:
        found = said.partition(";")[0].strip().lower()
    try:
        return FileRef(draft.keep(), named, found, draft.size)
    except NoRoomError:
        raise _no_room() from None


def _no_room() -> RefusedError:
    message = "There is no room left for this file. Send it again later."
    return RefusedError(507, message, {"retry-after": "60"})


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError(400, "A text of the form is not valid UTF-8.") from None
