"""The outermost ASGI application: hooks before Django, and the server's start and stop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from runtime.ingress.hooks import Hooks

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]


def with_hooks(inner: Application) -> Application:
    """Wrap another ASGI application (Django's)."""
    hooks: Hooks | None = None

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal hooks
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http" or not scope["path"].startswith("/hooks/"):
            await inner(scope, receive, send)
            return
        if hooks is None:
            from django.conf import settings

            hooks = Hooks(settings.REDIS_URL, behind_proxy=settings.BEHIND_PROXY)
        status, headers, body = await hooks.answer(scope, receive)
        await _send(send, status, headers, body)

    return application


async def _send(
    send: Send, status: int, headers: Mapping[str, str], body: bytes | AsyncIterator[bytes]
) -> None:
    raw = [(k.encode("latin-1"), v.encode("latin-1", "replace")) for k, v in headers.items()]
    if isinstance(body, bytes):
        raw.append((b"content-length", str(len(body)).encode()))
    raw.append((b"x-content-type-options", b"nosniff"))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    if isinstance(body, bytes):
        await send({"type": "http.response.body", "body": body})
        return
    async for part in body:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
