"""What a flow says that is asked as a model, piece by piece, for a program that holds the line."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection

from runtime.services.follow_run import RunNews, Words, heard_until, run_news
from runtime.services.send_form import ended
from runtime.services.spoken_models import PATIENCE_SECONDS, Said, said_by


class Spoken:
    """What was sent so far. Nothing can be taken back: words that do not go on from there wait."""

    def __init__(self) -> None:
        self.text = ""
        self._take: str | None = None

    def next(self, words: Words) -> str:
        """The words that may be sent now; empty where they belong elsewhere."""
        if self._take not in (None, words["take"]) or words["at"] != len(self.text):
            return ""
        self._take = words["take"]
        self.text += words["words"]
        return str(words["words"])

    def rest(self, whole: str) -> str:
        """What is missing of the answer; all of it where something else had been said."""
        if whole.startswith(self.text):
            return whole[len(self.text) :]
        return f"\n\n{whole}" if self.text.strip() != whole.strip() else ""


async def hear_model(run_id: UUID) -> AsyncIterator[str | Said]:
    """Yield words as they come (empty ones where nothing came for long), and what it came to."""
    news, spoken = run_news(), Spoken()
    over = asyncio.ensure_future(_over(news, run_id))
    try:
        with news.of(run_id) as watch:
            async for heard in heard_until(over, watch):
                for words in heard:
                    if piece := spoken.next(words):
                        yield piece
                if not heard:
                    yield ""
    finally:
        over.cancel()
    said = await sync_to_async(_said)(run_id)
    if not said.why and (rest := spoken.rest(said.text)):
        yield rest
    yield said


async def _over(news: RunNews, run_id: UUID) -> None:
    """Return once there is an answer, or nobody should wait any longer."""
    until = time.monotonic() + PATIENCE_SECONDS
    with news.of(run_id) as watch:
        while time.monotonic() < until and not await sync_to_async(_has_answered)(run_id):
            while not await news.wait(watch):
                watch.take()


def _has_answered(run_id: UUID) -> bool:
    try:
        return ended(run_id).over
    finally:
        _let_go()


def _said(run_id: UUID) -> Said:
    try:
        return said_by(run_id, 0)
    finally:
        _let_go()


def _let_go() -> None:
    if not connection.in_atomic_block:
        connection.close()  # whoever listens may stay for long
