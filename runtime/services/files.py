"""The server's store of files: where it lies, what comes in at the edge, and what may go."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import orjson
from django.conf import settings

from runtime.filing.disk import DiskShelf
from runtime.filing.shelf import Draft, FileGoneError, Shelf
from runtime.models import FileUse, Run
from runtime.sdk.items import FileRef
from runtime.sdk.media import media_type_of, safe_name
from runtime.services.read_run import stored_outputs


def shelf() -> Shelf:
    """The store; a folder of the data directory."""
    return DiskShelf(Path(settings.DATA_DIR) / "files")


def keep_draft(draft: Draft, name: str, media_type: str = "") -> FileRef:
    """Keep what came in and return what an item carries of it; raises NoRoomError."""
    named = safe_name(name)
    found = media_type or media_type_of(named, draft.head)
    return FileRef(draft.keep(), named, found, draft.size)


def keep_pieces(workspace: UUID, name: str, pieces: Iterable[bytes], limit: int) -> FileRef:
    """Keep a file that comes in pieces; raises TooLargeError, NoRoomError."""
    draft = shelf().begin(str(workspace), limit)
    try:
        for piece in pieces:
            draft.write(piece)
        return keep_draft(draft, name)
    finally:
        draft.discard()


def open_file_of_run(run: Run, sha256: str) -> BinaryIO:
    """A file that the run refers to; raises FileGoneError, also where it is another run's."""
    if not FileUse.objects.filter(run=run, sha256=sha256).exists():
        raise FileGoneError(sha256)
    return shelf().open(str(run.workspace_id), sha256)


def name_in_run(run: Run, key: str, iteration: str, sha256: str) -> FileRef | None:
    """How a step of the run calls a file: the same bytes may have several names."""
    ports = [*stored_outputs(run, key, iteration).values(), orjson.loads(run.input)]
    for items in ports:
        for item in items:
            for file in item.get("files", ()):
                if file.get("sha256") == sha256:
                    return FileRef(**file)
    return None
