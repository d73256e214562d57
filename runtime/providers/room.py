"""Whether a question fits a model: its tokens, against the model's limit less the longest answer.

Counted by the model's own tokenizer where its server has one (llama.cpp, vLLM), else estimated.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from runtime.providers.ledger import longest, tokens_of
from runtime.providers.protocols import ChatRequest, Profile
from runtime.sdk import Context, ErrorClass, HttpClient, NodeError

# An estimate is three bytes a token; hardly any text has more than six.
_TOO_MANY_BY = 2
_AROUND_A_TURN = 6  # tokens that say whose turn it is
_SECONDS = 5.0

Counter = Callable[[str], Awaitable[int | None]]


class TooLongError(NodeError):
    """The question cannot fit, so nothing was sent: it has `tokens`, and there is `room`."""

    def __init__(self, message: str, tokens: int, room: int, *, fix: str) -> None:
        super().__init__(message, error_class=ErrorClass.INPUT, retryable=False, fix=fix)
        self.tokens, self.room = tokens, room


@dataclass(frozen=True, slots=True)
class Count:
    """So many tokens; `exact` where the model's own tokenizer counted."""

    tokens: int
    exact: bool


def room_of(profile: Profile, request: ChatRequest) -> int:
    """How many tokens a question may have: the answer keeps its place, up to half of the whole."""
    return profile.context_tokens - min(longest(profile, request), profile.context_tokens // 2)


async def fitting(
    profile: Profile, request: ChatRequest, counter: Counter, ctx: Context
) -> ChatRequest:
    """The question, shortened where it may be; raises TooLongError before anything is asked."""
    room = room_of(profile, request)
    if tokens_of(request) <= room:
        return request
    left_out = 0
    while (tokens := await _at_least(request, counter)) > room:
        shorter = _without_oldest(request)
        if shorter is None:
            raise TooLongError(
                f"The question has about {tokens} tokens, “{profile.name}” has room for {room}.",
                tokens,
                room,
                fix="Shorten it, allow a shorter answer, or choose a model that takes longer "
                "texts. What a model takes stands under Models.",
            )
        left_out += len(request.messages) - len(shorter.messages)
        request = shorter
    if left_out:
        ctx.log.warning(
            "The oldest of the conversation was left out, so that the rest fits the model.",
            messages=left_out,
        )
    return request


async def tokenized(
    http: HttpClient, profile: Profile, text: str, *, base_url: str = "", key: str = ""
) -> int | None:
    """The tokens of a text by the server's own tokenizer; None where it has none."""
    address = urlsplit(base_url or profile.base_url)
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    # llama.cpp calls the text content, vLLM prompt.
    asked = {"content": text, "prompt": text, "model": profile.model}
    try:
        reply = await http.request(
            "POST",
            f"{address.scheme}://{address.netloc}/tokenize",
            headers=headers,
            body=json.dumps(asked).encode(),
            credential=profile.credential,
            timeout_seconds=_SECONDS,
            follow_redirects=False,
        )
        found = json.loads(reply.content) if reply.status == 200 else {}
    except (NodeError, ValueError):
        return None
    if not isinstance(found, dict):
        return None
    tokens, count = found.get("tokens"), found.get("count")
    return len(tokens) if isinstance(tokens, list) else count if isinstance(count, int) else None


async def _at_least(request: ChatRequest, counter: Counter) -> int:
    text = "\n".join(message.content for message in request.messages)
    around = _AROUND_A_TURN * len(request.messages)
    exact = await counter(text)
    return tokens_of(request) // _TOO_MANY_BY if exact is None else exact + around


def _without_oldest(request: ChatRequest) -> ChatRequest | None:
    """Without the oldest question and its answer of what was said before, if there is any left."""
    first, end = request.older
    if first >= end:
        return None
    after = first + 1
    while after < end and request.messages[after].role != "user":
        after += 1
    messages = [*request.messages[:first], *request.messages[after:]]
    return replace(request, messages=messages, older=(first, end - (after - first)))
