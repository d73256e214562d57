"""A body that is too long is stopped before Django keeps it, announced or not."""

from collections.abc import Mapping
from typing import Any

import pytest

from builder.body_limit import with_body_limit


async def ask(chunks: list[bytes], headers: list[tuple[bytes, bytes]]) -> tuple[int, int]:
    """Send chunks; return the status and how many bytes the inner application got."""
    sent: list[Mapping[str, Any]] = []
    waiting = [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks) - 1}
        for number, chunk in enumerate(chunks)
    ]
    got = 0

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        nonlocal got
        while True:
            message = await receive()
            got += len(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Mapping[str, Any]:
        return waiting.pop(0)

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "headers": headers}
    await with_body_limit(inner, 10)(scope, receive, send)
    return sent[0]["status"], got


@pytest.mark.parametrize(
    ("chunks", "headers", "wanted"),
    [
        ([b"12345", b"67890"], [], (200, 10)),
        ([b"12345", b"678901"], [], (413, 5)),
        ([b"1"], [(b"content-length", b"11")], (413, 0)),
        ([b"1"], [(b"content-length", b"nonsense")], (200, 1)),
        ([b""], [], (200, 0)),
    ],
)
async def test_length_is_held(
    chunks: list[bytes], headers: list[tuple[bytes, bytes]], wanted: tuple[int, int]
) -> None:
    assert await ask(chunks, headers) == wanted
