"""A scripted model service that speaks three protocols: says what it is told to say."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.model_streams import in_events


class Hang:
    """No answer at all, for longer than anybody waits."""


class Cut:
    """An answer that breaks off in the middle."""


class Uses:
    """The model wants tools: each a name and its arguments."""

    def __init__(self, *calls: tuple[str, dict[str, Any]]) -> None:
        self.calls = calls


Scripted = str | tuple[int, dict[str, Any]] | bytes | Hang | Cut | Uses


@dataclass
class ModelServer:
    """`answers` are given one after the other, the last one for ever.

    A text is the model's answer, sent in events where they are asked for; a pair is a status and a
    body; bytes are sent as they are.
    """

    place: str = ""
    answers: list[Scripted] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    media_type: str = "application/json"
    streams: bool = True  # whether it knows answers in events; else all comes at once
    pause: float = 0.0  # seconds after each word of such an answer
    failures: int = 0  # so many requests to measure texts are refused first

    @property
    def base_url(self) -> str:
        """What a model profile has as its address."""
        return f"http://{self.place}/v1"

    def next(self) -> Scripted:
        """The next answer."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def measured(self) -> tuple[int, dict[str, Any]]:
        """What the texts asked for last mean: those of as many letters mean the same."""
        asked = self.requests[-1]
        if "requests" in asked:
            parts = [one["content"]["parts"][0]["text"] for one in asked["requests"]]
            return 200, {"embeddings": [{"values": _vector(text)} for text in parts]}
        rows = [{"index": n, "embedding": _vector(text)} for n, text in enumerate(asked["input"])]
        return 200, {"data": rows[::-1], "usage": {"prompt_tokens": 7 * len(rows)}}

    def fail(self) -> tuple[int, dict[str, Any]]:
        """One refusal less."""
        self.failures -= 1
        return 500, {"error": {"message": "down"}}

    def say(
        self, answer: str | tuple[int, dict[str, Any]] | bytes | Uses, path: str
    ) -> tuple[int, bytes]:
        """Status and body of an answer, in the protocol of the address."""
        if isinstance(answer, bytes):
            return 200, answer
        if isinstance(answer, tuple):
            return answer[0], json.dumps(answer[1]).encode()
        return 200, json.dumps(_in_protocol(answer, path)).encode()


def _vector(text: str) -> list[float]:
    return [3.0, 4.0 * len(text), 0.0]


def _in_protocol(answer: str | Uses, path: str) -> dict[str, Any]:
    if isinstance(answer, Uses):
        return _uses(answer, path)
    if path.endswith("/messages"):
        return {
            "model": "scripted-1",
            "content": [{"type": "text", "text": answer}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 100, "output_tokens": 20},
        }
    if path.endswith(":generateContent"):
        thought = {"text": "Let me see …", "thought": True}
        return {
            "modelVersion": "scripted-1",
            "candidates": [
                {"content": {"parts": [thought, {"text": answer}]}, "finishReason": "STOP"}
            ],
            "usageMetadata": {"promptTokenCount": 100, "candidatesTokenCount": 20},
        }
    message = {"role": "assistant", "content": answer}
    return {
        "model": "scripted-1",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20},
    }


def _uses(uses: Uses, path: str) -> dict[str, Any]:
    calls = list(enumerate(uses.calls))
    if path.endswith("/messages"):
        blocks = [
            {"type": "tool_use", "id": f"c{n}", "name": c[0], "input": c[1]} for n, c in calls
        ]
        return {**_in_protocol("", path), "content": blocks, "stop_reason": "tool_use"}
    if path.endswith(":generateContent"):
        parts = [{"functionCall": {"name": name, "args": args}} for name, args in uses.calls]
        return {**_in_protocol("", path), "candidates": [{"content": {"parts": parts}}]}
    wanted = [
        {
            "id": f"c{n}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(args)},
        }
        for n, (name, args) in calls
    ]
    message = {"role": "assistant", "content": None, "tool_calls": wanted}
    return {**_in_protocol("", path), "choices": [{"index": 0, "message": message}]}


@contextmanager
def model_server(*answers: Scripted) -> Iterator[ModelServer]:
    """Serve on a free port of this machine."""
    script, stopped = ModelServer(answers=list(answers)), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            script.requests.append(json.loads(self.rfile.read(size)))
            script.paths.append(self.path)
            script.headers.append({n.lower(): v for n, v in self.headers.items()})
            answer: Scripted
            if "mbed" in self.path:
                answer = script.measured() if script.failures == 0 else script.fail()
            else:
                answer = script.next()
            wants_events = script.requests[-1].get("stream") or "alt=sse" in self.path
            if wants_events and script.streams and isinstance(answer, str | Uses | Cut):
                self._in_events(answer)
                return
            if isinstance(answer, Hang):
                stopped.wait(30)
                return
            status, body = script.say(
                "Half of it" if isinstance(answer, Cut) else answer, self.path
            )
            self.send_response(status)
            self.send_header("Content-Type", script.media_type)
            self.send_header("Content-Length", str(len(body)))
            if status == 429:
                self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if isinstance(answer, Cut) else body)
            self.close_connection = self.close_connection or isinstance(answer, Cut)

        def _in_events(self, answer: str | Uses | Cut) -> None:
            path = self.path.partition("?")[0].replace("streamG", "g")
            said = "Half of it is lost" if isinstance(answer, Cut) else answer
            pieces = in_events(_in_protocol(said, path), path)
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            for piece in pieces[: len(pieces) // 2] if isinstance(answer, Cut) else pieces:
                self.wfile.write(piece)
                stopped.wait(script.pause)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        script.place = f"127.0.0.1:{server.server_port}"
        # It looks often whether it shall end, so that no test waits for it.
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield script
        finally:
            stopped.set()
            server.shutdown()
