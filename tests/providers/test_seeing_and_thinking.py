"""Three protocols: pictures that a model sees, and thoughts kept apart from its answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from runtime.providers.ledger import TOKENS_A_PICTURE, tokens_of
from runtime.providers.protocols import ChatRequest, Message, Picture
from runtime.sdk import Item, Json
from runtime.testing import PlainFiles, QuietWorld, RunResult
from tests.support.gateway import Gateway
from tests.support.model_server import ModelServer, Scripted, model_server
from tests.support.one_step import Outputs, run_node

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
DATA = base64.b64encode(PNG).decode()


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server("unused") as running:
        yield running


def ask(
    server: ModelServer,
    protocol: str,
    says: Scripted,
    files: dict[str, bytes] | None = None,
    **params: Any,
) -> tuple[RunResult, Outputs]:
    server.answers = [says]
    server.requests.clear()
    kept = PlainFiles()
    item = Item({}, [kept.put(name, content) for name, content in (files or {}).items()])
    world = QuietWorld(models=Gateway(server, protocol), files=kept)
    policy = {"retry": {"attempts": 1}}
    return run_node("ai.llm", {"prompt": "What?", **params}, [item], world=world, policy=policy)


def sent(server: ModelServer, protocol: str) -> Any:
    """The parts of the question."""
    said = server.requests[0]
    if protocol == "gemini":
        return said["contents"][-1]["parts"]
    return said["messages"][-1]["content"]


SEEN: dict[str, list[Any]] = {
    "openai_compatible": [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{DATA}"}},
        {"type": "text", "text": "What?"},
    ],
    "anthropic": [
        {
            "type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": DATA},
        },
        {"type": "text", "text": "What?"},
    ],
    "gemini": [{"inlineData": {"mimeType": "image/png", "data": DATA}}, {"text": "What?"}],
}


@pytest.mark.parametrize("protocol", SEEN)
def test_a_model_sees_the_pictures_of_the_item(server: ModelServer, protocol: str) -> None:
    files = {"notes.txt": b"no picture", "a.png": PNG, "b.png": PNG + b"2"}
    _, out = ask(server, protocol, "A teapot.", files, pictures="first")
    assert out["out"] == [{"text": "A teapot."}]
    assert sent(server, protocol) == SEEN[protocol]
    ask(server, protocol, "Two.", files, pictures="all")
    assert len(sent(server, protocol)) == 3
    ask(server, protocol, "None.", files)
    assert DATA not in json.dumps(server.requests[0])


def test_no_picture_is_said_before_anybody_is_asked(server: ModelServer) -> None:
    result, _ = ask(server, "gemini", "?", {"notes.txt": b"no"}, pictures="all")
    assert isinstance(result.error, dict)
    assert result.error["message"] == "This item has no picture that a model can see."
    assert server.requests == []


def test_a_picture_counts_as_services_count_it() -> None:
    plain = ChatRequest([Message("user", "What?")])
    seen = ChatRequest([Message("user", "What?", pictures=[Picture("image/png", "A" * 900_000)])])
    assert tokens_of(seen) == tokens_of(plain) + TOKENS_A_PICTURE


def completion(**message: Json) -> bytes:
    return json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}).encode()


CLAUDE = json.dumps(
    {
        "content": [
            {"type": "thinking", "thinking": "Let me see …", "signature": "x"},
            {"type": "text", "text": "Yes."},
        ]
    }
).encode()
THOUGHT: list[tuple[str, Scripted]] = [
    ("openai_compatible", completion(content="Yes.", reasoning_content="Let me see …")),
    ("openai_compatible", completion(content="Yes.", reasoning="Let me see …")),
    ("openai_compatible", completion(content="<think>\nLet me see …\n</think>\n\nYes.")),
    ("anthropic", CLAUDE),
    ("gemini", "Yes."),
]


@pytest.mark.parametrize(("protocol", "answer"), THOUGHT)
def test_thoughts_are_kept_apart(server: ModelServer, protocol: str, answer: Scripted) -> None:
    _, out = ask(server, protocol, answer, thoughts="kept")
    assert out["out"] == [{"text": "Yes.", "reasoning": "Let me see …"}]
    _, out = ask(server, protocol, answer)
    assert out["out"] == [{"text": "Yes."}]


@pytest.mark.parametrize("protocol", SEEN)
def test_a_model_can_be_made_to_reason_first(server: ModelServer, protocol: str) -> None:
    said = json.dumps({"reasoning": "7 is odd.", "answer": "Odd"})
    _, out = ask(server, protocol, said, thoughts="first")
    assert out["out"] == [{"text": "Odd", "reasoning": "7 is odd."}]
    shape = {"type": "object", "properties": {"odd": {"type": "boolean"}}, "required": ["odd"]}
    said = json.dumps({"reasoning": "7 is odd.", "odd": True})
    _, out = ask(server, protocol, said, thoughts="first", answer="json", shape=shape)
    assert out["out"] == [{"json": {"odd": True}, "reasoning": "7 is odd."}]
    asked = json.dumps(server.requests[0])
    assert asked.index('"reasoning"') < asked.index('"odd"'), "thoughts come before the answer"
