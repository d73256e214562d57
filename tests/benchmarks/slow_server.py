"""`python -m tests.benchmarks.slow_server PORT`: answers /SECONDS after that many seconds.

A POST below that address (/1/chat/completions) is answered as by a model. So small that what is
measured is the caller.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import uvloop

SAID = (
    b'{"model":"slow","choices":[{"index":0,"finish_reason":"stop","message":'
    b'{"role":"assistant","content":"Yes."}}],"usage":{"prompt_tokens":20,"completion_tokens":2}}'
)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
LENGTH = b"\r\ncontent-length:"


def _whole(body: bytes) -> bytes:
    return HEAD % len(body) + body


ANSWERS = {b"GET": _whole(b'{"ok":true}'), b"POST": _whole(SAID)}


class Slow(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, rest = self._read.split(b"\r\n\r\n", 1)
            at = head.lower().find(LENGTH)
            size = int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(rest) < size:
                return
            self._read = rest[size:]
            method, address, _ = head.split(b" ", 2)
            seconds = float(address.strip(b"/").split(b"/")[0] or 0)
            asyncio.get_running_loop().call_later(seconds, self._answer, ANSWERS[method])

    def _answer(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Slow, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
