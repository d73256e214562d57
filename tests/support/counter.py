"""An HTTP server that remembers every call it got."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web


class CountingServer:
    """Counts calls by (idempotency key, attempt); answers after `delay` seconds."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.calls: Counter[tuple[str, str]] = Counter()
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        key = (request.headers.get("Idempotency-Key", ""), request.headers.get("Attempt", ""))
        self.calls[key] += 1
        await asyncio.sleep(self.delay)
        return web.Response(text="ok")


@contextmanager
def counting_server(delay: float = 0.0) -> Iterator[CountingServer]:
    """A server in a thread of the test process, so that killing workers leaves it alone."""
    server = CountingServer(delay)
    started = threading.Event()
    loop = asyncio.new_event_loop()

    stopped = asyncio.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", server.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        port = runner.addresses[0][1]
        server.url = f"http://127.0.0.1:{port}/"
        started.set()
        await stopped.wait()
        await runner.cleanup()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(10)
        loop.close()
