"""Files without a disk, with the same rules as the real ones."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterable, AsyncIterator

from runtime.sdk import ErrorClass, FileRef, NodeError
from runtime.sdk.media import media_type_of, safe_name
from runtime.sdk.sizes import not_too_large


class PlainFiles:
    """See `runtime.sdk.context.Files`. `limit` is in bytes, for each file."""

    def __init__(self, limit: int = 50_000_000) -> None:
        self.contents: dict[str, bytes] = {}
        self._limit = limit

    async def open(self, file: FileRef) -> AsyncIterator[bytes]:
        if file.sha256 not in self.contents:
            raise NodeError(
                f"The file “{file.name}” is not kept any longer.",
                error_class=ErrorClass.INPUT,
                retryable=False,
            )
        yield self.contents[file.sha256]

    async def read(self, file: FileRef, *, most_bytes: int = 50_000_000) -> bytes:
        not_too_large(file, most_bytes)
        return b"".join([piece async for piece in self.open(file)])

    async def write(
        self, name: str, content: bytes | AsyncIterable[bytes], *, media_type: str = ""
    ) -> FileRef:
        whole = content if isinstance(content, bytes) else b"".join([p async for p in content])
        return self.put(name, whole, media_type)

    def put(self, name: str, content: bytes, media_type: str = "") -> FileRef:
        """Lay a file down before a test begins."""
        if len(content) > self._limit:
            raise NodeError(
                f"“{name}” is larger than the limit.",
                error_class=ErrorClass.INPUT,
                retryable=False,
            )
        sha256 = hashlib.sha256(content).hexdigest()
        self.contents[sha256] = content
        named = safe_name(name)
        found = media_type or media_type_of(named, content[:4096])
        return FileRef(sha256, named, found, len(content))
