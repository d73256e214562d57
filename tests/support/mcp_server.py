"""A server that offers tools over MCP, as well or as badly as a test wants it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from runtime.mcp.offers import print_of

Tool = dict[str, Any]
FIND: Tool = {
    "name": "find_order",
    "title": "Find an order",
    "description": "Finds an order by its number.",
    "inputSchema": {
        "type": "object",
        "properties": {"number": {"type": "string", "description": "Such as A-17"}},
        "required": ["number"],
    },
    "annotations": {"readOnlyHint": True},
}


def sent(arguments: dict[str, Any]) -> dict[str, Any]:
    """What `find_order` gives."""
    data = {"number": arguments.get("number"), "status": "sent"}
    return {"content": [{"type": "text", "text": json.dumps(data)}], "structuredContent": data}


@dataclass
class McpServer:
    """`result` makes what a tool gives. `requests` are the messages, `headers` those of each."""

    place: str = ""
    tools: list[Tool] = field(default_factory=lambda: [FIND])
    result: Callable[[dict[str, Any]], dict[str, Any]] = sent
    page: int = 100
    streams: bool = False
    stays_open: bool = False
    session: str = "s-1"
    revision: str = "2025-06-18"
    error: dict[str, Any] | None = None  # of every use
    raw: tuple[int, dict[str, str], bytes] | None = None  # answers everything
    hangs: bool = False
    stateless: bool = False  # as revision 2026-07-28 has it
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    deleted: int = 0

    @property
    def address(self) -> str:
        """What a step has as its address."""
        return f"http://{self.place}/mcp"

    def ticked(self, name: str = "find_order", **more: Any) -> dict[str, Any]:
        """What a form keeps of a tool, as it is now."""
        tool = next(tool for tool in self.tools if tool["name"] == name)
        return {"name": name, "print": print_of(tool), **more}

    def calls(self) -> list[dict[str, Any]]:
        """The tools that were used, with their arguments."""
        return [r["params"] for r in self.requests if r["method"] == "tools/call"]

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request."""
        params = message.get("params", {})
        if message["method"] == "initialize":
            about = {"name": "test", "version": "1"}
            return _result({"protocolVersion": self.revision, "capabilities": {}} | about)
        if message["method"] == "server/discover" and not self.stateless:
            return {"error": {"code": -32601, "message": "Method not found"}}
        if message["method"] == "server/discover":
            return _result({"supportedVersions": ["2026-07-28"], "resultType": "complete"})
        if message["method"] == "tools/list":
            start = int(params.get("cursor", "0"))
            page: dict[str, Any] = {"tools": self.tools[start : start + self.page]}
            if start + self.page < len(self.tools):
                page["nextCursor"] = str(start + self.page)
            return _result(page)
        if self.error is not None:
            return {"error": self.error}
        return _result(self.result(params.get("arguments", {})))


def _says_all(message: dict[str, Any], headers: Any) -> bool:
    """Whether a request says for itself what a greeting used to, and its headers the same."""
    params = message.get("params", {})
    said = (
        params.get("_meta", {}).get("io.modelcontextprotocol/protocolVersion"),
        headers.get("MCP-Protocol-Version"),
        headers.get("Mcp-Method"),
        headers.get("Mcp-Name"),
    )
    return said == ("2026-07-28", "2026-07-28", message["method"], params.get("name"))


def _result(value: dict[str, Any]) -> dict[str, Any]:
    return {"result": value}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: McpServer
    stopped: threading.Event

    def do_DELETE(self) -> None:
        self.script.deleted += 1
        self._send(200, {}, b"")

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.requests.append(message)
        self.script.headers.append({n.lower(): v for n, v in self.headers.items()})
        if self.script.hangs:
            self.stopped.wait(20)
            self.close_connection = True
        elif self.script.raw is not None:
            self._send(*self.script.raw)
        elif self.script.stateless and not _says_all(message, self.headers):
            why = {"code": -32022, "message": "Unsupported protocol version"}
            whole = {"jsonrpc": "2.0", "id": message.get("id"), "error": why}
            self._send(400, {"Content-Type": "application/json"}, json.dumps(whole).encode())
        elif "id" not in message:
            self._send(202, {}, b"")
        else:
            self._answer({"jsonrpc": "2.0", "id": message["id"], **self.script.answer(message)})

    def _answer(self, whole: dict[str, Any]) -> None:
        headers = {"Mcp-Session-Id": self.script.session} if self.script.session else {}
        if not self.script.streams:
            self._send(
                200, {**headers, "Content-Type": "application/json"}, json.dumps(whole).encode()
            )
            return
        note = {"jsonrpc": "2.0", "method": "notifications/message", "params": {}}
        events = "".join(f"event: message\ndata: {json.dumps(m)}\n\n" for m in (note, whole))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(f": hello\n\n{events}".encode())
        self.wfile.flush()
        if self.script.stays_open:
            self.stopped.wait(20)
        self.close_connection = True

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def mcp_server(**settings: Any) -> Iterator[McpServer]:
    """Serve on a free port of this machine."""
    script, stopped = McpServer(**settings), threading.Event()
    handler = type("Handler", (_Handler,), {"script": script, "stopped": stopped})

    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        script.place = f"127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield script
        finally:
            stopped.set()
            server.shutdown()
