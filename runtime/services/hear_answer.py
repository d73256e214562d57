"""What a flow says while it says it, for whoever wrote to it on a page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection

from runtime.models import Run
from runtime.services.events import PING, as_event
from runtime.services.follow_run import RunNews, heard_until, run_news

SHOWN = ("take", "at", "words")  # which step says it is nobody's affair outside


async def hear_answer(run_id: UUID) -> AsyncIterator[bytes]:
    """Yield events *words* until the run is over, then *end*; see `runtime.ingress.streaming`."""
    news = run_news()
    over = asyncio.ensure_future(_over(news, run_id))
    try:
        with news.of(run_id) as watch:
            yield PING
            async for heard in heard_until(over, watch):
                for words in heard:
                    yield as_event("words", {name: words[name] for name in SHOWN})
                if not heard:
                    yield PING
        yield as_event("end", {})
    finally:
        over.cancel()


async def _over(news: RunNews, run_id: UUID) -> None:
    with news.of(run_id) as watch:
        while not await sync_to_async(_is_over)(run_id):
            while not await news.wait(watch):
                watch.take()


def _is_over(run_id: UUID) -> bool:
    try:
        run = Run.objects.filter(id=run_id).only("status").first()
        return run is None or run.over
    finally:
        if not connection.in_atomic_block:
            connection.close()  # whoever listens may stay for long
