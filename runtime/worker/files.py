"""What steps get as `ctx.files` in a worker: the server's store, by threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from functools import partial
from uuid import UUID

from django.db.models import Sum

from runtime.filing.limits import file_limits, in_words
from runtime.filing.shelf import Draft, FileGoneError, NoRoomError, Shelf, TooLargeError
from runtime.models import FileUse
from runtime.sdk import ErrorClass, FileRef, NodeError
from runtime.sdk.media import media_type_of, safe_name
from runtime.sdk.sizes import PIECE_BYTES, not_too_large
from runtime.store.crash_points import crash_point
from runtime.worker.desk import Desk


class RunFiles:
    """See `runtime.sdk.context.Files`."""

    def __init__(self, shelf: Shelf, workspace: UUID, run: UUID, desk: Desk) -> None:
        self._shelf = shelf
        self._workspace = workspace
        self._run = run
        self._desk = desk
        self._limits = file_limits()

    async def open(self, file: FileRef) -> AsyncIterator[bytes]:
        try:
            found = await asyncio.to_thread(self._shelf.open, str(self._workspace), file.sha256)
        except FileGoneError:
            raise gone(file) from None
        with found:
            while piece := await asyncio.to_thread(found.read, PIECE_BYTES):
                yield piece

    async def read(self, file: FileRef, *, most_bytes: int = 50_000_000) -> bytes:
        not_too_large(file, most_bytes)
        return b"".join([piece async for piece in self.open(file)])

    async def write(
        self, name: str, content: bytes | AsyncIterable[bytes], *, media_type: str = ""
    ) -> FileRef:
        left = self._limits.run - await self._desk.read(self._used)
        draft = await asyncio.to_thread(
            self._shelf.begin, str(self._workspace), max(0, min(self._limits.file, left))
        )
        try:
            return await self._written(draft, safe_name(name), content, media_type)
        except TooLargeError:
            raise self._too_large(safe_name(name), left) from None
        except NoRoomError:
            raise NodeError(
                "There is no room left for this file on the server's disk.",
                error_class=ErrorClass.NETWORK,
                fix="Ask whoever runs this server to make room.",
            ) from None
        finally:
            await asyncio.to_thread(draft.discard)

    async def _written(
        self, draft: Draft, name: str, content: bytes | AsyncIterable[bytes], media_type: str
    ) -> FileRef:
        if isinstance(content, bytes):
            await asyncio.to_thread(draft.write, content)
        else:
            async for piece in content:
                await asyncio.to_thread(draft.write, piece)
        found = media_type or media_type_of(name, draft.head)
        crash_point("file.written")
        sha256 = await asyncio.to_thread(draft.keep)
        crash_point("file.kept")
        file = FileRef(sha256, name, found, draft.size)
        await self._desk.change(partial(self._use, file))
        return file

    def _used(self) -> int:
        found = FileUse.objects.filter(run_id=self._run).aggregate(total=Sum("size"))["total"]
        return int(found or 0)

    def _use(self, file: FileRef) -> None:
        from django.utils import timezone

        FileUse.objects.bulk_create(
            [
                FileUse(
                    run_id=self._run,
                    workspace_id=self._workspace,
                    sha256=file.sha256,
                    size=file.size,
                    created_at=timezone.now(),
                )
            ],
            ignore_conflicts=True,
        )

    def _too_large(self, name: str, left: int) -> NodeError:
        if left < self._limits.file:
            message = f"All files of one run together may have {in_words(self._limits.run)}."
        else:
            message = f"“{name}” is larger than {in_words(self._limits.file)}."
        return NodeError(
            message,
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Take less at a time. Whoever runs this server can allow more.",
        )


def gone(file: FileRef) -> NodeError:
    """What a step hears whose file was deleted with the runs that had it."""
    return NodeError(
        f"The file “{file.name}” is not kept any longer.",
        error_class=ErrorClass.INPUT,
        retryable=False,
        fix="Bring it again, or let runs be kept for longer.",
    )
