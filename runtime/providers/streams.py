"""Answers that come in events: their words shown as they come, and then read like any other.

Streaming is for those who look on. The answer that counts is put together from the whole, once it
is there, into what the service would have sent at once.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from runtime.providers.protocols import ChatRequest
from runtime.providers.read import unreadable
from runtime.sdk import Context, ErrorClass, HttpReply, NodeError
from runtime.sdk.context import Shown

Event = dict[str, Any]
Words = Callable[[Event], str]
END = "[DONE]"  # what OpenAI's streams end with; it is no JSON


class EventReader:
    """The data of server-sent events out of bytes as they come (WHATWG HTML, section 9.2)."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""
        self._data: list[str] = []

    def feed(self, part: bytes, *, final: bool = False) -> Iterator[str]:
        """The data of each event that has ended by now."""
        text = self._rest + self._decode(part, final)
        *lines, self._rest = text.replace("\r\n", "\n").split("\n")
        if final:
            lines += [self._rest, ""]
        for line in lines:
            if line.startswith("data:"):
                self._data.append(line[5:].removeprefix(" "))
            elif not line.strip("\r") and self._data:
                yield "\n".join(self._data)
                self._data = []


@dataclass(frozen=True, slots=True)
class Hearing:
    """Shows what is said while it is said."""

    shown: Shown
    words: Words
    reader: EventReader

    def part(self, part: bytes) -> None:
        """See `HttpClient.request`. Whatever is not understood is not shown."""
        for event in _parsed(self.reader.feed(part)):
            try:
                said = self.words(event)
            except (LookupError, TypeError, AttributeError):
                continue
            if said:
                self.shown.add(said)


def hearing(request: ChatRequest, ctx: Context, words: Words) -> Hearing | None:
    """Who listens while the answer comes; nobody, where it is no text for people."""
    if ctx.shown is None or not request.show or request.schema is not None:
        return None
    ctx.shown.begin()
    return Hearing(ctx.shown, words, EventReader())


def refuses_streams(reply: HttpReply, said: str) -> bool:
    """Whether a service says that it cannot answer in events."""
    return reply.status in (400, 404, 422, 501) and "stream" in said.lower()


def at_once(reply: HttpReply, whole: Callable[[list[Event]], Event | None]) -> HttpReply:
    """The answer as if it had come at once; raises NodeError where its end is missing.

    `whole` puts events together, and returns None where the last one is not there. An error in the
    place of the rest is raised as well.
    """
    if not reply.headers.get("content-type", "").startswith("text/event-stream"):
        return reply
    events = list(_parsed(EventReader().feed(reply.content, final=True)))
    wrong = next((event for event in events if event.get("error")), None)
    if wrong is not None:
        raise unreadable(replace(reply, content=json.dumps(wrong).encode()))
    answer = whole(events)
    if answer is None:
        raise NodeError(
            "The model's answer broke off in the middle.", error_class=ErrorClass.NETWORK
        )
    return replace(reply, content=json.dumps(answer, ensure_ascii=False).encode())


def _parsed(data: Iterable[str]) -> Iterator[Event]:
    for text in data:
        if text.strip() == END:
            yield {"end": True}
            continue
        try:
            event = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            yield event
