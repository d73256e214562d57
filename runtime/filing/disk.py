"""Files in a folder: `<workspace>/<first two of the hash>/<hash>`, and drafts in `incoming/`.

Every writer renames a whole, synced file into its place, also where one lies there already: so a
file in its place is complete, and its time says when it was last brought. Whoever deletes moves it
away first and looks afterwards whether it was brought or is used after all.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from runtime.filing.shelf import FileGoneError, NoRoomError, TooLargeError
from runtime.sdk.media import HEAD_BYTES

FRESH_SECONDS = 3_600.0  # between its coming and the row that says who uses it
_INCOMING = "incoming"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WORKSPACE = re.compile(r"[0-9a-f-]{36}")
_FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskShelf:
    """See `runtime.filing.shelf.Shelf`. Workers on several machines share one folder."""

    def __init__(self, folder: Path, *, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._folder = folder
        self._fresh = fresh_seconds

    def begin(self, workspace: str, limit: int) -> DiskDraft:
        with _room():
            incoming = self._folder / _INCOMING
            incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
            return DiskDraft(incoming, self._folder / _known(workspace, _WORKSPACE), limit)

    def open(self, workspace: str, sha256: str) -> BinaryIO:
        place = self._place(workspace, sha256)
        for _ in range(2):
            with contextlib.suppress(FileNotFoundError):
                return place.open("rb")
            time.sleep(0.05)  # somebody may be looking whether it can go
        raise FileGoneError(sha256)

    def drop(self, workspace: str, sha256: str, is_used: Callable[[], bool]) -> bool:
        place = self._place(workspace, sha256)
        away = place.with_suffix(".going")
        try:
            if self._is_fresh(place) or is_used():
                return False
            place.rename(away)
        except FileNotFoundError:
            return False
        if self._is_fresh(away) or is_used():
            away.rename(place)
            return False
        away.unlink(missing_ok=True)
        return True

    def old(self) -> Iterator[tuple[str, str]]:
        for draft in sorted((self._folder / _INCOMING).glob("*")):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - draft.stat().st_mtime > max(self._fresh, FRESH_SECONDS):
                    draft.unlink()
        for place in self._folder.glob("*-*/??/*"):
            with contextlib.suppress(FileNotFoundError):
                if place.suffix == ".going":  # whoever moved it away was killed
                    place.rename(place.with_suffix(""))
                    place = place.with_suffix("")  # noqa: PLW2901
                if _SHA256.fullmatch(place.name) and not self._is_fresh(place):
                    yield place.parent.parent.name, place.name

    def _place(self, workspace: str, sha256: str) -> Path:
        name = _known(sha256, _SHA256)
        return self._folder / _known(workspace, _WORKSPACE) / name[:2] / name

    def _is_fresh(self, place: Path) -> bool:
        return time.time() - place.stat().st_mtime < self._fresh


class DiskDraft:
    """See `runtime.filing.shelf.Draft`."""

    def __init__(self, incoming: Path, folder: Path, limit: int) -> None:
        descriptor, name = tempfile.mkstemp(dir=incoming)
        self._file = os.fdopen(descriptor, "wb")
        self._path = Path(name)
        self._folder = folder
        self._limit = limit
        self._hash = hashlib.sha256()
        self._head = bytearray()
        self.size = 0

    @property
    def head(self) -> bytes:
        return bytes(self._head)

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self._limit:
            self.discard()
            raise TooLargeError(self._limit)
        self._hash.update(piece)
        if len(self._head) < HEAD_BYTES:
            self._head += piece[: HEAD_BYTES - len(self._head)]
        with _room():
            self._file.write(piece)

    def keep(self) -> str:
        name = self._hash.hexdigest()
        place = self._folder / name[:2] / name
        with _room():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.replace(place)
            _sync_folder(place.parent)
        return name

    def discard(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)


def _known(text: str, shape: re.Pattern[str]) -> str:
    """Nothing but ids and hashes becomes part of a path."""
    if not shape.fullmatch(text):
        raise FileGoneError(text[:80])
    return text


def _sync_folder(folder: Path) -> None:
    """The name must survive a power cut as the bytes do."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NoRoomError from error
        raise
