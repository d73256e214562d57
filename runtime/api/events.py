"""`/api/runs/{id}/events/`: the journal as server-sent events, resumed by its own numbers.

The database is the source; a Redis message only wakes the reader sooner, and nothing is lost
without it.
"""

import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from runtime.api.base import ScopedView
from runtime.api.journal import Journal, read_journal
from runtime.models import Run
from runtime.services.events import PING, PING_SECONDS, as_event
from runtime.services.follow_run import RunNews, Watch, run_news


class EventStreamRenderer(BaseRenderer):
    """Lets `Accept: text/event-stream` through; the view writes the stream itself."""

    media_type = "text/event-stream"
    format = "events"

    def render(self, data: Any, *args: object, **kwargs: object) -> bytes:
        """Write a refusal, which is the only thing that comes here."""
        return json.dumps(data).encode()


class EventsView(ScopedView):
    permissions = {"GET": "runtime.view_run"}
    renderer_classes = (EventStreamRenderer,)

    @extend_schema(
        parameters=[
            OpenApiParameter("after", int),
            OpenApiParameter("Last-Event-ID", int, OpenApiParameter.HEADER),
        ],
        responses={(200, "text/event-stream"): OpenApiTypes.STR},
    )
    def get(self, request: Request, run_id: UUID) -> StreamingHttpResponse:
        """Answer with a stream that ends when the run is over."""
        run = self.find(Run.objects.only("id", "workspace_id"), id=run_id)
        response = StreamingHttpResponse(
            stream(run.id, _after(request)), content_type="text/event-stream"
        )
        response["Cache-Control"] = "no-store"
        response["X-Accel-Buffering"] = "no"
        return response


async def stream(run_id: UUID, after: int) -> AsyncIterator[bytes]:
    """Yield events until the run is over; ids are the journal's numbers."""
    last_run: dict[str, Any] | None = None
    spoke = time.monotonic()
    news = run_news()
    with news.of(run_id) as watch:
        while True:
            journal = await sync_to_async(_read)(run_id, after)
            for seq, name, data in journal.events():
                yield _event(name, data, seq)
            if journal.run != last_run:
                yield _event("run", journal.run, journal.seq)
            if journal.run != last_run or journal.seq > after:
                spoke = time.monotonic()
            last_run, after = journal.run, max(after, journal.seq)
            if journal.over:
                yield _event("end", {"status": journal.run["status"]}, journal.seq)
                return
            if journal.seq < journal.run["seq"]:
                continue  # a long journal comes in pieces
            if time.monotonic() - spoke > PING_SECONDS:
                spoke = time.monotonic()
                yield PING
            async for words in _said_until_news(news, watch):
                yield words


async def _said_until_news(news: RunNews, watch: Watch) -> AsyncIterator[bytes]:
    """Words as they come are no part of the journal, and have no number in it."""
    looks = False
    while not looks:
        looks = await news.wait(watch)
        for words in watch.take():
            yield as_event("words", words)


def _read(run_id: UUID, after: int) -> Journal:
    try:
        return read_journal(run_id, after)
    finally:
        # A watcher may stay for hours; it must not hold a connection all that time.
        if not connection.in_atomic_block:
            connection.close()


def _event(name: str, data: dict[str, Any], seq: int) -> bytes:
    return f"id: {seq}\n".encode() + as_event(name, data)


def _after(request: Request) -> int:
    text = request.headers.get("Last-Event-ID") or request.query_params.get("after") or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
