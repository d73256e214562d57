"""Connections on the wire: sent where they may go, dropped elsewhere, masked in what comes back."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

import pytest

from runtime.network.client import GuardedClient
from runtime.network.guard import INTERNAL_HOSTS, Guard
from runtime.sdk import HttpReply, NodeError
from runtime.services import test_credential as trying
from runtime.services.credentials import save_credential

CANARY = "canary-secret-5e11c0de"
WORKSPACE = uuid4()


class Handler(BaseHTTPRequestHandler):
    """Says what it was sent; `/away` leads to the same server by another name."""

    def do_GET(self) -> None:
        if self.path == "/refused":
            self._answer(401, b"")
        elif self.path == "/away":
            port = self.headers["Host"].rpartition(":")[2]
            self._answer(302, b"", {"Location": f"http://localhost:{port}/echo"})
        else:
            sent = self.headers.get("Authorization", "nothing")
            self._answer(200, f"sent: {sent}".encode(), {"X-Sent": sent})

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
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running.server_port
        running.shutdown()


def save(**changes: Any) -> UUID:
    values: dict[str, Any] = {
        "workspace_id": WORKSPACE,
        "name": "Shop",
        "type_name": "http.bearer",
        "secret": {"token": CANARY},
        "allowed_hosts": ["127.0.0.1"],
    }
    return save_credential(**{**values, **changes}).id


def get(url: str, credential: UUID, port: int, workspace: UUID = WORKSPACE) -> HttpReply:
    async def main() -> HttpReply:
        guard = Guard(frozenset({f"127.0.0.1:{port}", f"localhost:{port}"}))
        client = GuardedClient(str(workspace), guard=guard)
        try:
            return await client.request("GET", url, credential=str(credential))
        finally:
            await client.close()

    return asyncio.run(main())


def test_a_secret_goes_out_and_never_comes_back(transactional_db: None, port: int) -> None:
    reply = get(f"http://127.0.0.1:{port}/echo", save(), port)
    assert reply.text == "sent: Bearer •••"
    assert CANARY not in str(reply)


def test_it_is_not_sent_to_hosts_it_is_not_for(transactional_db: None, port: int) -> None:
    with pytest.raises(NodeError, match="may not be sent to localhost"):
        get(f"http://localhost:{port}/echo", save(), port)


def test_it_stays_behind_when_a_redirect_leads_away(
    transactional_db: None, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(INTERNAL_HOSTS, f"localhost:{port}")
    both = save(allowed_hosts=["127.0.0.1", "localhost"])
    assert get(f"http://127.0.0.1:{port}/away", both, port).text == "sent: nothing"


def test_another_workspace_cannot_use_it(transactional_db: None, port: int) -> None:
    with pytest.raises(NodeError, match="gone"):
        get(f"http://127.0.0.1:{port}/echo", save(), port, workspace=uuid4())


def test_the_test_button(
    transactional_db: None, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(INTERNAL_HOSTS, f"127.0.0.1:{port}")

    def says(path: str | None) -> trying.TestResult:
        address = {"test_url": f"http://127.0.0.1:{port}{path}"} if path else {}
        id_ = save(name=f"Shop {path}", secret={"token": CANARY, **address})
        return trying.test_credential(WORKSPACE, id_)

    assert says("/echo").ok
    assert "401" in says("/refused").message
    assert "no address" in says(None).message
    assert not trying.test_credential(WORKSPACE, uuid4()).ok
