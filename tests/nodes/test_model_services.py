"""Sounds, pictures and models made for one thing, over a server that reads what it is sent."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from runtime.network.guard import Guard
from runtime.sdk import Item, Json
from runtime.testing import PlainFiles, QuietWorld, RunResult
from tests.support.http import BriefClient
from tests.support.one_step import Outputs, run_node

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
WAV = b"RIFF\x24\0\0\0WAVEfmt " + bytes(range(256))
Answer = tuple[int, str, bytes]


class Handler(BaseHTTPRequestHandler):
    """Answers what the test laid down for the path, and keeps what came."""

    answers: dict[str, Answer] = {}
    came: list[dict[str, Any]] = []

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def answer(self, body: bytes) -> None:
        kind = self.headers.get("Content-Type", "")
        self.came.append({"path": self.path, "sent": read(kind, body), "kind": kind})
        status, media, content = self.answers[self.path]
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def read(kind: str, body: bytes) -> Any:
    """A form as its parts, read by a parser that is not ours; else JSON."""
    if not kind.startswith("multipart/"):
        return json.loads(body) if body else None
    whole = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    found: dict[str, Any] = {}
    for part in whole.walk():
        if not part.is_multipart():
            found[str(part.get_param("name", header="content-disposition"))] = content_of(part)
    return found


def content_of(part: Message) -> Any:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    name = part.get_filename()
    return (name, part.get_content_type(), content) if name else content.decode()


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{running.server_port}"
        running.shutdown()


def says(value: Any) -> Answer:
    return 200, "application/json", json.dumps(value).encode()


def ask(
    place: str,
    node: str,
    answers: dict[str, Answer],
    params: dict[str, Any],
    item: Json | Item = None,
    files: PlainFiles | None = None,
) -> tuple[RunResult, Outputs]:
    Handler.answers = answers
    Handler.came.clear()
    world = QuietWorld(http=BriefClient(Guard(frozenset({place}))), files=files or PlainFiles())
    if node != "ai.endpoint":
        params = {"address": f"http://{place}/v1", **params}
    return run_node(node, params, [item], world=world, policy={"retry": {"attempts": 1}})


def failed(result: RunResult) -> str:
    assert isinstance(result.error, dict), result.status
    return str(result.error["message"])


HEARD = {
    "text": " Hello there. ",
    "language": "english",
    "duration": 2.5,
    "segments": [{"start": 0, "end": 2.5, "text": " Hello there."}],
}


def test_speech_becomes_text(place: str) -> None:
    files = PlainFiles()
    said = Item({"id": 1}, [files.put('a "b".wav', WAV)])
    result, out = ask(
        place,
        "ai.speech_to_text",
        {"/v1/audio/transcriptions": says(HEARD)},
        {"language": "en", "times": True, "hints": "Segue"},
        said,
        files,
    )
    assert result.status == "succeeded", result.error
    part = {"from": 0, "to": 2.5, "text": "Hello there."}
    heard = {"text": "Hello there.", "language": "english", "seconds": 2.5, "parts": [part]}
    assert out["out"] == [heard]
    sent = Handler.came[0]["sent"]
    assert sent.pop("file")[1:] == ("audio/wav", WAV), "every byte came"
    assert sent == {
        "model": "whisper-1",
        "response_format": "verbose_json",
        "language": "en",
        "prompt": "Segue",
    }


def test_no_sound_or_no_text_is_said(place: str) -> None:
    path = "/v1/audio/transcriptions"
    result, _ = ask(place, "ai.speech_to_text", {path: says(HEARD)}, {}, {"id": 1})
    assert failed(result) == "This item has no file."
    files = PlainFiles()
    item = Item({}, [files.put("a.wav", WAV)])
    for answer in (says({"words": 1}), says([1]), (200, "text/plain", b"no")):
        result, _ = ask(place, "ai.speech_to_text", {path: answer}, {}, item, files)
        assert result.status == "failed"
    result, _ = ask(place, "ai.speech_to_text", {path: (503, "text/plain", b"")}, {}, item, files)
    assert "503" in failed(result)


def test_text_is_read_aloud(place: str) -> None:
    files = PlainFiles()
    result, out = ask(
        place,
        "ai.text_to_speech",
        {"/v1/audio/speech": (200, "audio/wav", WAV)},
        {"text": "{{ input.say }}", "sound": "wav", "speed": 1.5, "name": "hello"},
        {"say": "Grüß Gott"},
        files,
    )
    assert out["out"] == [{"file": "hello.wav", "characters": 9}], result.error
    assert list(files.contents.values()) == [WAV]
    assert Handler.came[0]["sent"] == {
        "model": "tts-1",
        "input": "Grüß Gott",
        "voice": "alloy",
        "response_format": "wav",
        "speed": 1.5,
    }


@pytest.mark.parametrize("answer", [says({"error": "no"}), (200, "audio/mpeg", b"")])
def test_what_is_no_sound_is_not_kept(place: str, answer: Answer) -> None:
    files = PlainFiles()
    result, _ = ask(
        place, "ai.text_to_speech", {"/v1/audio/speech": answer}, {"text": "a"}, None, files
    )
    assert failed(result) == "The service sent no sound."
    assert files.contents == {}


def test_pictures_come_as_bytes_or_from_another_place(place: str) -> None:
    inside = {"b64_json": base64.b64encode(PNG).decode(), "revised_prompt": "A blue teapot"}
    elsewhere = {"url": f"http://{place}/made.png"}
    answers = {
        "/v1/images/generations": says({"data": [inside, elsewhere]}),
        "/made.png": (200, "image/png", PNG + b"2"),
    }
    files = PlainFiles()
    asked = {"prompt": "A teapot", "count": 2, "size": "512x512"}
    result, out = ask(place, "ai.picture", answers, asked, None, files)
    assert result.status == "succeeded", result.error
    names, meant = ["picture_1.png", "picture_2.png"], ["A blue teapot", "A teapot"]
    assert out["out"] == [{"files": names, "meant": meant}]
    assert list(files.contents.values()) == [PNG, PNG + b"2"]
    assert Handler.came[0]["sent"] == {
        "model": "gpt-image-1",
        "prompt": "A teapot",
        "n": 2,
        "size": "512x512",
    }


@pytest.mark.parametrize(
    "answer", [[], {"data": []}, {"data": [{}]}, {"data": [{"b64_json": "PGh0bWw+"}]}]
)
def test_what_is_no_picture_is_not_kept(place: str, answer: Any) -> None:
    files = PlainFiles()
    answers = {"/v1/images/generations": says(answer)}
    result, _ = ask(place, "ai.picture", answers, {"prompt": "A teapot"}, None, files)
    assert failed(result) == "The service sent no picture."
    assert files.contents == {}


TAKES = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
GIVES = {"type": "object", "properties": {"score": {"type": "number"}}, "required": ["score"]}
FITS = {"predictions": [{"score": 0.7}]}


@pytest.mark.parametrize(
    ("item", "answer", "said"),
    [
        ({"n": 3}, FITS, ""),
        ({"n": "three"}, FITS, "is given does not fit. At n: 'three' is not of type 'integer'"),
        ({"n": 3}, {"predictions": []}, "There is no “predictions.0” in the service's answer."),
        ({"n": 3}, {"predictions": [{"score": "high"}]}, "answer does not fit. At score"),
    ],
)
def test_a_service_is_held_to_what_it_takes_and_gives(
    place: str, item: Json, answer: Any, said: str
) -> None:
    asked = {
        "url": f"http://{place}/score",
        "takes": TAKES,
        "answer_at": "predictions.0",
        "gives": GIVES,
        "name": "risk",
    }
    result, out = ask(place, "ai.endpoint", {"/score": says(answer)}, asked, item)
    if said:
        assert said in failed(result)
        assert bool(Handler.came) == (item == {"n": 3}), "what does not fit is not sent"
        return
    assert out["out"] == [{"n": 3, "risk": {"score": 0.7}}]
    assert Handler.came[0]["sent"] == {"n": 3}
