"""An answer word by word: what the flow's last model says while it says it, then the answer itself.

    event: run     {"run": id}
    event: words   {"take": "1.1", "at": 0, "words": "Your order"}
    event: answer  what the flow answers
    event: failed  {"run", "status", "message"}    or: late, where it goes on without the caller

Words of another `take` replace those before; `at` says how many characters of this one went before.
Words may be missing; the answer is whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from runtime.ingress.replies import Replies, Standing
from runtime.ingress.routing import FoundRoute
from runtime.services.events import PING, as_event
from runtime.services.follow_run import heard_until, run_news
from runtime.services.hear_answer import SHOWN

STREAM_HEADERS = {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
}


async def stream_of(replies: Replies, route: FoundRoute, run: UUID) -> AsyncIterator[bytes]:
    """The events, from the run's id to its answer."""
    limit = float(route.settings.get("deadline_seconds", 3600))
    waiting = asyncio.ensure_future(replies.wait(run, limit, for_response=True))
    try:
        with run_news().of(run) as watch:
            yield as_event("run", {"run": str(run)})
            async for heard in heard_until(waiting, watch):
                for words in heard:
                    yield as_event("words", {name: words[name] for name in SHOWN})
                if not heard:
                    yield PING
        yield _end(run, waiting.result())
    finally:
        waiting.cancel()


def _end(run: UUID, standing: Standing | None) -> bytes:
    told: dict[str, Any] = {"run": str(run)}
    if standing is None:
        return as_event("late", {**told, "message": "The flow has not finished yet. It goes on."})
    if standing.response is not None:
        return as_event("answer", standing.response.get("body"))
    if standing.status == "succeeded":
        return as_event("answer", standing.output)
    message = standing.reason or "The flow did not succeed."
    return as_event("failed", {**told, "status": standing.status, "message": message})
