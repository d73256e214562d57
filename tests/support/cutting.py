"""A line to PostgreSQL that breaks at the worst moment: after a COMMIT, before its answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

COMMITS = (b"COMMIT\x00", b"segue_commit")


class CuttingLine:
    """Passes on what is said. While `cuts` is positive, the next commits get no answer."""

    def __init__(self, server: str) -> None:
        self._server = urlsplit(server)
        self.cuts = 0
        self.cut = 0
        self.url = ""

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        """Until it is stopped."""
        listener = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        place = f"{self._server.username}:{self._server.password}@127.0.0.1:{port}"
        self.url = urlunsplit(self._server._replace(netloc=place))
        ready.set()
        await stop.wait()
        listener.close()

    async def _pass_on(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection(self._server.hostname, self._server.port)
        silent = asyncio.Event()

        async def asks() -> None:
            while said := await client.read(65_536):
                if self.cuts > 0 and any(word in said for word in COMMITS):
                    self.cuts -= 1
                    self.cut += 1
                    silent.set()
                to_server.write(said)
                await to_server.drain()

        async def answers() -> None:
            while (said := await server.read(65_536)) and not silent.is_set():
                to_client.write(said)
                await to_client.drain()

        tasks = [asyncio.create_task(asks()), asyncio.create_task(answers())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            for line in (to_client, to_server):
                line.transport.abort()


@contextmanager
def cutting_line(server: str) -> Iterator[CuttingLine]:
    """A line to this server, in a thread of the test's process."""
    line, ready, stop = CuttingLine(server), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        await line.serve(ready, stop)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0.1)  # the loop lets go of its lines in its next rounds

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
