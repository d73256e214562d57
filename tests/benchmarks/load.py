"""`python -m tests.benchmarks.load URL CLIENTS SECONDS [TOTAL]`: many callers, one process.

Plain asyncio: a client library's own cost on the shared cores would be measured as the server's.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from urllib.parse import urlsplit

import uvloop

BODY = b'{"id":7,"name":"Ada","lines":[{"sku":"A-1","amount":2}]}'


@dataclass(slots=True)
class Loaded:
    """What the callers saw; times in seconds."""

    answered: int = 0
    refused: int = 0
    seconds: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    last_body: str = ""

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class _Shared:
    until: float
    left: int
    took: list[float] = field(default_factory=list)
    seen: Loaded = field(default_factory=Loaded)


async def load(url: str, clients: int, seconds: float, total: int) -> Loaded:
    """Call with as many callers as long as there is time and something left to call."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    head = (
        f"POST {parts.path or '/'} HTTP/1.1\r\nhost: {host}:{port}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(BODY)}\r\n\r\n"
    )
    begun = time.perf_counter()
    shared = _Shared(begun + seconds, total)
    request = head.encode() + BODY
    await asyncio.gather(*(_caller(host, port, request, shared) for _ in range(clients)))
    seen = shared.seen
    seen.seconds = time.perf_counter() - begun
    if len(shared.took) > 1:
        seen.p50, seen.p95 = median(shared.took), quantiles(shared.took, n=20)[-1]
    return seen


async def _caller(host: str, port: int, request: bytes, shared: _Shared) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        while shared.left > 0 and time.perf_counter() < shared.until:
            shared.left -= 1
            begun = time.perf_counter()
            writer.write(request)
            status, body = await _answer(reader)
            shared.took.append(time.perf_counter() - begun)
            good = 200 <= status < 300
            shared.seen.answered += good
            shared.seen.refused += not good
            shared.seen.last_body = body[:300].decode(errors="replace")
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    found = head.find(b"\r\ncontent-length:")
    if found < 0:
        return status, b""
    size = int(head[found + 17 : head.index(b"\r\n", found + 2)])
    return status, await reader.readexactly(size)


if __name__ == "__main__":
    url, clients, seconds, *rest = sys.argv[1:]
    total = int(rest[0]) if rest else sys.maxsize
    print(json.dumps(asdict(uvloop.run(load(url, int(clients), float(seconds), total)))))
