"""Stops bodies that are too long before Django stores them; webhooks have limits of their own."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

SENTENCE = "This is larger than 5 MB, which is more than Segue takes in one piece."


class _TooLongError(Exception):
    """More arrived than is allowed."""


def with_body_limit(inner: Application, limit: int) -> Application:
    """Wrap an ASGI application: a longer body is answered 413, whether announced or not."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await inner(scope, receive, send)
            return
        if _announced(scope) > limit:
            await _refuse(send)
            return
        seen, answered = 0, False

        async def counted() -> Mapping[str, Any]:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _TooLongError
            return message

        async def noted(message: Mapping[str, Any]) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await inner(scope, counted, noted)
        except _TooLongError:
            if not answered:
                await _refuse(send)

    return application


def _announced(scope: Scope) -> int:
    text = dict(scope["headers"]).get(b"content-length", b"0")
    return int(text) if text.isdigit() and len(text) < 16 else 0


async def _refuse(send: Send) -> None:
    body = json.dumps({"message": SENTENCE}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
