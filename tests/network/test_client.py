"""The client against a real server on this machine."""

import asyncio
import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from runtime.network.client import GuardedClient
from runtime.network.guard import Guard
from runtime.sdk import ErrorClass, HttpReply, NodeError


class Handler(BaseHTTPRequestHandler):
    """Answers by path."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        place = self.path.split("?")[0]
        if place == "/redirect":
            self._answer(302, b"", {"Location": "/echo?from=redirect"})
        elif place == "/loop":
            self._answer(302, b"", {"Location": "/loop"})
        elif place == "/slow":
            time.sleep(1.5)
            self._answer(200, b"late")
        elif place == "/bomb":
            self._answer(200, gzip.compress(b"0" * 20_000_000), {"Content-Encoding": "gzip"})
        elif place == "/twice":
            self._answer(200, b"x", {"Content-Encoding": "gzip, gzip"})
        elif place == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
        elif place == "/cookie":
            self._answer(200, self.headers.get("Cookie", "none").encode(), {"Set-Cookie": "a=1"})
        else:
            self._echo()

    def do_POST(self) -> None:
        if self.path == "/redirect":
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(303, b"", {"Location": "/echo"})
        else:
            self._echo()

    def _echo(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        lines = [f"{self.command} {self.path}", *(f"{n}: {v}" for n, v in self.headers.items())]
        self._answer(200, "\n".join(lines).encode() + b"\n\n" + body)

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{running.server_port}"
        running.shutdown()


def call(server: str, path: str, method: str = "GET", **more: object) -> HttpReply:
    async def main() -> HttpReply:
        client = GuardedClient("w", guard=Guard(frozenset({server})))
        try:
            return await client.request(method, f"http://{server}{path}", **more)  # type: ignore[arg-type]
        finally:
            await client.close()

    return asyncio.run(main())


def test_method_query_headers_and_body_arrive(server: str) -> None:
    reply = call(
        server,
        "/echo?a=1",
        "POST",
        query=[("b", "ü &"), ("b", "2")],
        headers={"X-Order": "7", "Host": "evil.example"},
        body=b"hello",
    )
    assert reply.status == 200
    assert "POST /echo?a=1&b=%C3%BC+%26&b=2" in reply.text
    assert "x-order: 7" in reply.text.lower()
    assert f"host: {server}" in reply.text.lower()
    assert reply.text.endswith("hello")


def test_redirects_are_followed_by_hand(server: str) -> None:
    assert call(server, "/redirect").text.startswith("GET /echo?from=redirect")
    assert call(server, "/redirect", "POST", body=b"x").text.startswith("GET /echo")
    assert call(server, "/redirect", follow_redirects=False).status == 302
    with pytest.raises(NodeError, match="more than 5 times"):
        call(server, "/loop")


def test_time_and_size_are_bounded(server: str) -> None:
    with pytest.raises(NodeError) as slow:
        call(server, "/slow", timeout_seconds=0.3)
    assert slow.value.error_class is ErrorClass.TIMEOUT
    for path in ("/bomb", "/twice"):
        with pytest.raises(NodeError) as caught:
            call(server, path, max_bytes=1_000_000)
        assert caught.value.error_class is ErrorClass.BAD_ANSWER
    with pytest.raises(NodeError, match="in the middle of its answer") as cut:
        call(server, "/cut")
    assert cut.value.error_class is ErrorClass.NETWORK  # a later try may bring the rest


def test_no_answer_is_a_network_error(server: str, free_port: int) -> None:
    with pytest.raises(NodeError) as caught:
        call(f"127.0.0.1:{free_port}", "/")
    assert caught.value.error_class is ErrorClass.NETWORK
    assert "did not accept" in caught.value.message


def test_line_breaks_in_headers_are_refused(server: str) -> None:
    with pytest.raises(NodeError, match="line break"):
        call(server, "/echo", headers={"X": "a\r\nY: b"})


def test_cookies_are_not_kept(server: str) -> None:
    async def main() -> str:
        client = GuardedClient("w", guard=Guard(frozenset({server})))
        try:
            for _ in range(2):
                reply = await client.request("GET", f"http://{server}/cookie")
            return reply.text
        finally:
            await client.close()

    assert asyncio.run(main()) == "none"


def test_the_real_resolver_refuses_a_name_of_this_machine() -> None:
    async def main() -> None:
        client = GuardedClient("w", guard=Guard())
        try:
            await client.request("GET", "http://localhost:1/")
        finally:
            await client.close()

    with pytest.raises(NodeError, match="public internet"):
        asyncio.run(main())
