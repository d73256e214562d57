"""A server that does not keep to HTTP: it reads one request and then sends whatever it is told."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

Script = Callable[[], Iterable[bytes]]
PATIENCE = 8.0  # seconds after which a script ends, so that no thread outlives its test for long


@contextmanager
def hostile_server(script: Script) -> Iterator[str]:
    """Yield `host:port` of a server that plays the script for every connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, script), daemon=True).start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer with a true length."""
    return head(f"Content-Length: {len(body)}", *headers, status=status) + body


def head(*headers: str, status: str = "200 OK") -> bytes:
    """The beginning of an answer."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()


def drip(first: bytes, again: bytes, every: float = 0.1) -> Iterator[bytes]:
    """A beginning, and then a little again and again."""
    yield first
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(every)
        yield again


def _accept(listener: socket.socket, script: Script) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_play, args=(connection, script), daemon=True).start()


def _play(connection: socket.socket, script: Script) -> None:
    with suppress(OSError), connection:
        connection.settimeout(PATIENCE)
        seen = b""
        while b"\r\n\r\n" not in seen:
            part = connection.recv(65536)
            if not part:
                return
            seen += part
        for part in script():
            connection.sendall(part)
