"""Below HTTP: two readings of one request, requests without end, and callers that say nothing."""

import socket
import time

import httpx
import pytest

from builder import body_limit
from tests.security.conftest import Attacked

POST = b"POST /hooks/nobody HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
AMBIGUOUS: dict[str, bytes] = {
    "a length and chunks": POST
    + b"Content-Length: 5\r\n"
    + CHUNKED
    + b"\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "a length with a sign": POST + b"Content-Length: +2\r\n\r\n{}",
    "chunks that are not the last coding": POST
    + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a line break in the path": b"GET /hooks/x\r\nA: b HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a header without end": POST + b"X: " + b"a" * 2_000_000 + b"\r\n\r\n",
    "headers without end": POST + b"".join(b"X%d: a\r\n" % n for n in range(5000)) + b"\r\n",
    "a path without end": b"GET /hooks/" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
}


def send(attacked: Attacked, raw: bytes, seconds: float = 5) -> bytes:
    """Everything the server says until it closes the connection."""
    said = b""
    with socket.create_connection(("127.0.0.1", attacked.port), timeout=seconds) as connection:
        try:
            connection.sendall(raw)
            while part := connection.recv(65536):
                said += part
        except (TimeoutError, ConnectionError):
            pass
    return said


@pytest.mark.parametrize("what", AMBIGUOUS)
def test_a_request_has_one_meaning(attacked: Attacked, what: str) -> None:
    said = send(attacked, AMBIGUOUS[what])
    assert said.count(b"HTTP/1.1 ") <= 1
    assert b'{"status": "ok"}' not in said
    assert not said.startswith((b"HTTP/1.1 2", b"HTTP/1.1 5"))
    assert httpx.get(f"{attacked.segue.base_url}/health").status_code == 200


def test_others_are_served_while_many_say_nothing(attacked: Attacked) -> None:
    held = []
    try:
        for number in range(200):
            connection = socket.create_connection(("127.0.0.1", attacked.port), timeout=5)
            held.append(connection)
            start = POST + b"Content-Length: 9\r\n\r\n{" if number % 2 else b"GET / HTTP/1.1\r\nHo"
            connection.sendall(start.replace(b"/hooks/nobody", b"/api/flows/"))
        began = time.monotonic()
        assert attacked.api.get("flows/").status_code == 200
        assert attacked.hooks.post("nobody", json={}).status_code == 404
        assert time.monotonic() - began < 2
    finally:
        for connection in held:
            connection.close()


async def test_a_body_that_stands_still_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the application itself: a minute would be long for a test."""
    import asyncio
    from collections.abc import Mapping
    from typing import Any

    monkeypatch.setattr(body_limit, "BODY_SECONDS", 0.05)
    sent: list[Mapping[str, Any]] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await receive()  # as Django waits for the caller to hang up
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def note(message: Mapping[str, Any]) -> None:
        sent.append(message)

    def caller(*parts: Mapping[str, Any], then: float) -> Any:
        waiting = list(parts)

        async def receive() -> Mapping[str, Any]:
            if not waiting:
                await asyncio.sleep(then)
                return {"type": "http.disconnect"}
            return waiting.pop(0)

        return receive

    application = body_limit.with_body_limit(inner, 100)
    scope = {"type": "http", "path": "/api/flows/", "headers": []}
    half = {"type": "http.request", "body": b"{", "more_body": True}
    await application(scope, caller(half, then=5), note)
    assert [message.get("status") for message in sent][:1] == [408]
    sent.clear()
    whole = {"type": "http.request", "body": b"{}", "more_body": False}
    await application(scope, caller(half, whole, then=0.2), note)
    assert [message.get("status") for message in sent] == [200]
