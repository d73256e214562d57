"""Server-sent events as bytes (WHATWG HTML, section 9.2)."""

from __future__ import annotations

from typing import Any

import orjson

PING_SECONDS = 15.0  # proxies take a longer silence for the end
PING = b": still here\n\n"


def as_event(name: str, data: Any) -> bytes:
    """One event with data; JSON has no line breaks of its own."""
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
