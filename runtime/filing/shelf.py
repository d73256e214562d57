"""What a store of bytes must do. One may be a folder, another an object store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol


class FileGoneError(Exception):
    """The bytes are not kept (any more)."""


class TooLargeError(Exception):
    """More bytes came than one file may have; nothing of them is kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class NoRoomError(Exception):
    """The store is full; nothing was kept."""


class Draft(Protocol):
    """Bytes on their way in. Nobody sees them before `keep`; after a crash nothing is left."""

    size: int

    @property
    def head(self) -> bytes:
        """Its first bytes, to tell what it is."""
        ...

    def write(self, piece: bytes) -> None:
        """Add a piece; raises TooLargeError, NoRoomError."""
        ...

    def keep(self) -> str:
        """Make it safe on the disk and return its sha256; raises NoRoomError."""
        ...

    def discard(self) -> None:
        """Forget it; harmless after `keep`."""
        ...


class Shelf(Protocol):
    """Keeps bytes by (workspace, sha256); blocking, so it is called in threads."""

    def begin(self, workspace: str, limit: int) -> Draft:
        """A new file of at most `limit` bytes."""
        ...

    def open(self, workspace: str, sha256: str) -> BinaryIO:
        """Read it; raises FileGoneError."""
        ...

    def drop(self, workspace: str, sha256: str, is_used: Callable[[], bool]) -> bool:
        """Delete it unless it is fresh or used; whoever brings it again meanwhile keeps it."""
        ...

    def old(self) -> Iterator[tuple[str, str]]:
        """All that is not fresh, by workspace and sha256; drafts left by the dead are swept."""
        ...
