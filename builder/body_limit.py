"""Stops requests that Django should not meet: bodies without end in size or in time, and addresses
that PostgreSQL could not be asked about. Webhooks have limits of their own."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

BODY_SECONDS = 60.0  # five megabytes over a slow line, not over one that stands still
FILE_SECONDS = 600.0  # a page that takes files
SENTENCE = "This is larger than {most} MB, which is more than Segue takes in one piece."
TOO_SLOW = "The request took too long to arrive. Send it again."
NOT_AN_ADDRESS = "The address holds a null character. Type it again."


class _TooLongError(Exception):
    """More arrived than is allowed."""


class _Body:
    """A request's body on its way in: how much came, and until when the rest may take."""

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive, self.limit = receive, limit
        self._until = asyncio.get_running_loop().time() + seconds
        self._seen = 0
        self.whole = False

    async def receive(self) -> Mapping[str, Any]:
        """The next part; raises _TooLongError or TimeoutError."""
        # Once the body is here, receiving only means to wait until the caller hangs up.
        async with asyncio.timeout_at(None if self.whole else self._until):
            message = await self._receive()
        self.whole = not message.get("more_body")
        self._seen += len(message.get("body", b""))
        if self._seen > self.limit:
            raise _TooLongError
        return message


def with_body_limit(
    inner: Application, limit: int, larger: Mapping[str, int] | None = None
) -> Application:
    """Wrap an ASGI application: a longer body is answered 413, whether announced or not.

    `larger` are limits of addresses that begin so: pages that take files.
    """

    def limit_of(path: str) -> int:
        found = (most for begin, most in (larger or {}).items() if path.startswith(begin))
        return next(found, limit)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        most = limit_of(scope["path"]) if scope["type"] == "http" else limit
        refusal = _refusal(scope, most) if scope["type"] == "http" else None
        if refusal is not None:
            await _refuse(send, *refusal)
        elif scope["type"] == "http":
            seconds = FILE_SECONDS if most > limit else BODY_SECONDS
            await _watched(inner, scope, _Body(receive, most, seconds), send)
        else:
            await inner(scope, receive, send)

    return application


def _refusal(scope: Scope, limit: int) -> tuple[int, str] | None:
    if _announced(scope) > limit:
        return 413, _sentence(limit)
    if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):
        return 400, NOT_AN_ADDRESS
    return None


async def _watched(inner: Application, scope: Scope, body: _Body, send: Send) -> None:
    answered = False

    async def noted(message: Mapping[str, Any]) -> None:
        nonlocal answered
        answered = True
        await send(message)

    try:
        await inner(scope, body.receive, noted)
    except _TooLongError:
        if not answered:
            await _refuse(send, 413, _sentence(body.limit))
    except TimeoutError:
        if body.whole or answered:
            raise
        await _refuse(send, 408, TOO_SLOW)


def _sentence(limit: int) -> str:
    return SENTENCE.format(most=limit // 1_000_000)


def _announced(scope: Scope) -> int:
    text = dict(scope["headers"]).get(b"content-length", b"0")
    return int(text) if text.isdigit() and len(text) < 16 else 0


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"message": sentence}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
