"""Messages of JSON-RPC 2.0, as MCP's streamable HTTP carries them: plain, or as events (SSE)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from runtime.sdk import ErrorClass, HttpReply, Json, NodeError

# What we ask for first; a server that answers with another one of these is understood too.
REVISION = "2025-11-25"
REVISIONS = ("2025-11-25", "2025-06-18", "2025-03-26")
# Later servers take no greeting: every request says all there is to know.
STATELESS = "2026-07-28"
BAD_ARGUMENTS = -32602


def request(name: str, method: str, params: Mapping[str, Json]) -> bytes:
    """A request; `name` is its id."""
    whole = {"jsonrpc": "2.0", "id": name, "method": method, "params": dict(params)}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def notification(method: str) -> bytes:
    """A message that nobody answers."""
    return json.dumps({"jsonrpc": "2.0", "method": method}).encode()


def about_us() -> dict[str, Json]:
    """What goes with every request to a server that takes no greeting."""
    names = "io.modelcontextprotocol/"
    return {
        f"{names}protocolVersion": STATELESS,
        f"{names}clientInfo": {"name": "Segue", "version": "1"},
        f"{names}clientCapabilities": {},
    }


def result_of(reply: HttpReply, name: str) -> Mapping[str, Any]:
    """The result that answers the request of this id; raises NodeError."""
    for message in _messages(reply):
        if message.get("id") != name:
            continue  # a note or a question of the server's, in between
        error = message.get("error")
        if isinstance(error, Mapping):
            raise _refused(reply, error)
        result = message.get("result")
        if isinstance(result, Mapping):
            if result.get("resultType", "complete") != "complete":
                raise _asks(reply)
            return result
    raise _useless(reply)


def _messages(reply: HttpReply) -> Iterator[Mapping[str, Any]]:
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        texts = [reply.text]
    elif kind == "text/event-stream":
        texts = list(_events(reply.text))
    else:
        raise _useless(reply)
    for text in texts:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise _useless(reply) from None
        for message in found if isinstance(found, list) else [found]:
            if isinstance(message, Mapping):
                yield message


def _events(text: str) -> Iterator[str]:
    """The data of each event (HTML standard, server-sent events)."""
    data: list[str] = []
    for line in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            if whole := "\n".join(data).strip():
                yield whole
            data = []


def host_of(reply: HttpReply) -> str:
    """Who answered, for a sentence."""
    return urlsplit(reply.url).hostname or "The server"


def _refused(reply: HttpReply, error: Mapping[str, Any]) -> NodeError:
    said = " ".join(str(error.get("message") or "").split())[:300]
    bad = error.get("code") == BAD_ARGUMENTS
    return NodeError(
        f"{host_of(reply)} refused: “{said}”." if said else f"{host_of(reply)} refused.",
        error_class=ErrorClass.INPUT if bad else ErrorClass.OTHER,
        retryable=False,
        fix="Look at the arguments." if bad else None,
    )


def _asks(reply: HttpReply) -> NodeError:
    return NodeError(
        f"{host_of(reply)} asks something in between, which nobody here can answer.",
        error_class=ErrorClass.BAD_ANSWER,
        retryable=False,
        fix="Give the tool all it needs at once.",
    )


def _useless(reply: HttpReply) -> NodeError:
    return NodeError(
        f"{host_of(reply)} did not answer as a server for tools (MCP) does.",
        error_class=ErrorClass.BAD_ANSWER,
        retryable=False,
        fix="Check the address. Servers of the older kind (HTTP+SSE) are not understood.",
    )
