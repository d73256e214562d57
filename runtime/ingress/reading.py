"""Reads a call's body: data into memory, files to the disk, neither beyond the address's limit."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from runtime.filing.limits import MEGABYTE, MOST_FILES, file_limits, in_words
from runtime.ingress.body import RefusedError, is_data, parse_body
from runtime.ingress.gate import Gate
from runtime.ingress.routing import FoundRoute
from runtime.ingress.uploads import NO_FILES, Fingerprint, Place, Taken, Upload, upload_for

BODY_SECONDS = 30.0
FILE_SECONDS = 600.0  # for a body with files, which must also keep coming
FILES_MB = 10  # where the trigger says nothing
SIGNED_BYTES = 25 * MEGABYTE  # of a body whose signature must be checked in memory


async def read_call(
    route: FoundRoute, headers: Mapping[str, str], receive: Any, gate: Gate
) -> Taken:
    """The body of a call that may come in; raises RefusedError."""
    kind = headers.get("content-type", "")
    if is_data(kind):
        body = await _whole(receive, headers, _data_limit(route), BODY_SECONDS)
        await gate.with_body(route, headers, body)
        return Taken(parse_body(body, kind), [], hashlib.sha256(body).hexdigest(), len(body), body)
    return await _with_files(route, headers, receive, gate)


async def check_again(
    route: FoundRoute, headers: Mapping[str, str], taken: Taken, gate: Gate
) -> None:
    """The route changed meanwhile, and may ask for more, or take less, than before."""
    await gate.with_body(route, headers, taken.body)
    data = is_data(headers.get("content-type", ""))
    limit = 0 if data else _file_limit(route)
    if taken.files and not limit:
        raise RefusedError(415, NO_FILES)
    if taken.size > (limit or _data_limit(route)):
        raise _too_large(limit or _data_limit(route))


async def _with_files(
    route: FoundRoute, headers: Mapping[str, str], receive: Any, gate: Gate
) -> Taken:
    limit = _file_limit(route)
    form = headers.get("content-type", "").lower().startswith("multipart/form-data")
    if not limit and not form:
        raise RefusedError(415, NO_FILES)
    most = limit or _data_limit(route)
    _announced(headers, most)
    held = b""
    pieces = _pieces(receive, most, FILE_SECONDS)
    if await gate.needs_body(route):
        # Nothing of a body that is signed is kept before its signature was checked.
        most = min(most, SIGNED_BYTES)
        held = await _whole(receive, headers, most, FILE_SECONDS)
        await gate.with_body(route, headers, held)
        pieces = _once(held)
    else:
        await gate.with_body(route, headers, b"")
    from runtime.services.files import shelf

    place = Place(
        shelf(), str(route.workspace_id), min(most, file_limits().file), MOST_FILES if limit else 0
    )
    upload = upload_for(
        place, headers.get("content-type", ""), headers.get("content-disposition", "")
    )
    try:
        return await _uploaded(upload, pieces, held)
    finally:
        await asyncio.to_thread(upload.discard)


async def _uploaded(upload: Upload, pieces: AsyncIterator[bytes], held: bytes) -> Taken:
    fingerprint = Fingerprint()

    def feed(piece: bytes) -> None:
        fingerprint.add(piece)
        upload.feed(piece)

    async for piece in pieces:
        await asyncio.to_thread(feed, piece)
    data, files = await asyncio.to_thread(upload.finish)
    return Taken(data, files, fingerprint.made(), fingerprint.size, held)


def _data_limit(route: FoundRoute) -> int:
    return int(route.settings.get("max_body_kb", 1024)) * 1000


def _file_limit(route: FoundRoute) -> int:
    """In bytes, 0 where the address takes no files."""
    asked = int(route.settings.get("max_files_mb", FILES_MB)) * MEGABYTE
    return min(asked, file_limits().run)


def _announced(headers: Mapping[str, str], limit: int) -> None:
    declared = headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 18 or int(declared) > limit):
        raise _too_large(limit)


async def _whole(receive: Any, headers: Mapping[str, str], limit: int, seconds: float) -> bytes:
    _announced(headers, limit)
    return b"".join([piece async for piece in _pieces(receive, limit, seconds)])


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _pieces(receive: Any, limit: int, seconds: float) -> AsyncIterator[bytes]:
    """The body as it comes; the time of whoever takes the pieces counts too."""
    until = asyncio.get_running_loop().time() + seconds
    size = 0
    while True:
        try:
            now = asyncio.get_running_loop().time()
            async with asyncio.timeout_at(min(until, now + BODY_SECONDS)):
                message = await receive()
        except TimeoutError:
            raise RefusedError(408, "The body took too long to arrive.") from None
        if message["type"] == "http.disconnect":
            raise RefusedError(400, "The call ended before its body was complete.")
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        if piece:
            yield piece
        if not message.get("more_body"):
            return


def _too_large(limit: int) -> RefusedError:
    said = f"{limit // 1000} kB" if limit < 10 * MEGABYTE else in_words(limit)
    return RefusedError(413, f"The body is larger than the {said} this address takes.")
