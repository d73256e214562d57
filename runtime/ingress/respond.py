"""What a flow answers, as bytes and headers. A flow decides neither what the server must, nor what
the browser may do on this server's pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import orjson

Reply = tuple[int, dict[str, str], bytes | AsyncIterator[bytes]]
# A page made by a flow comes from the address at which people are signed in: without this, whoever
# may edit a flow could act as the admin who opens its page. Scripts run, but as nobody.
SANDBOX = "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts"
# The server's own, those that act on the whole address, and those that speak of one connection.
KEPT_BACK = frozenset(
    {
        "clear-site-data",
        "connection",
        "content-encoding",
        "content-length",
        "content-security-policy",
        "date",
        "keep-alive",
        "proxy-authenticate",
        "server",
        "service-worker-allowed",
        "set-cookie",
        "set-cookie2",
        "strict-transport-security",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-content-type-options",
    }
)
_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]{1,200}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Own pages may load scripts from this address, so none of them may be made by a flow.
_SCRIPT = re.compile(r"(?:java|ecma|j|live)script|wasm", re.IGNORECASE)
_EMPTY = (204, 205, 304)


def json_reply(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """Data as an answer."""
    merged = {"content-type": "application/json", **(headers or {})}
    return status, merged, orjson.dumps(value)


def responded(response: Mapping[str, Any]) -> Reply:
    """What a step “Respond” gave."""
    status, body = int(response.get("status", 200)), response.get("body")
    headers = _safe(dict(response.get("headers") or {}))
    if status in _EMPTY:
        return status, headers, b""
    if isinstance(body, str):
        return status, {"content-type": "text/plain; charset=utf-8", **headers}, body.encode()
    return json_reply(status, body, headers)


def _safe(given: Mapping[str, Any]) -> dict[str, str]:
    """The flow's headers that can be sent. A line break would begin a header of its own."""
    lower = {str(name).lower(): _CONTROL.sub(" ", str(value)) for name, value in given.items()}
    kept = {n: v for n, v in lower.items() if _NAME.fullmatch(n) and n not in KEPT_BACK}
    if _SCRIPT.search(kept.get("content-type", "")):
        kept["content-type"] = "text/plain; charset=utf-8"
    return {**kept, "content-security-policy": SANDBOX}
