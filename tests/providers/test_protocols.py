"""Three protocols, one behaviour: words, fields, what it took, and answers that are none."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from runtime.engine.encode import decode
from runtime.network.guard import Guard
from runtime.providers.anthropic import Anthropic
from runtime.providers.gemini import Gemini
from runtime.providers.openai_compatible import OpenAiCompatible
from runtime.providers.protocols import ChatReply, ChatRequest, Profile, Provider
from runtime.sdk import Context, HttpClient, Json
from runtime.testing import QuietWorld, RunResult
from tests.support.http import BriefClient
from tests.support.model_server import Cut, ModelServer, Scripted, model_server
from tests.support.one_step import Outputs, run_node

SHAPE = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}
PROTOCOLS: dict[str, Callable[[HttpClient], Provider]] = {
    "openai_compatible": OpenAiCompatible,
    "anthropic": Anthropic,
    "gemini": Gemini,
}


class Gateway:
    """One provider, for a profile that no database holds."""

    def __init__(self, server: ModelServer, protocol: str) -> None:
        guard = Guard(frozenset({server.place}))
        self._provider = PROTOCOLS[protocol](BriefClient(guard))
        self._profile = Profile(
            str(uuid4()), "Test", protocol, "m 1", server.base_url, None, 4096, 2.0, 10.0
        )

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        return await self._provider.chat(self._profile, request, ctx)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server("Hello!") as running:
        yield running


@pytest.fixture(params=PROTOCOLS)
def protocol(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def ask(
    server: ModelServer, protocol: str, *answers: Scripted, **params: Any
) -> tuple[RunResult, Outputs]:
    server.answers = list(answers)
    settings = {"prompt": "Say hello", **params}
    items: list[Json] = [{}]
    world = QuietWorld(models=Gateway(server, protocol))
    policy = {"retry": {"attempts": 2, "delay_seconds": 0.01}}
    # Live, and so in one piece: those in pieces have tests of their own.
    return run_node("ai.llm", settings, items, world=world, policy=policy, mode="live")


def test_words_and_what_they_took(server: ModelServer, protocol: str) -> None:
    result, out = ask(server, protocol, "Hello!", system="Be brief.", max_tokens=9)
    assert out == {"out": [{"text": "Hello!"}]}
    assert "Be brief." in json.dumps(server.requests[0])
    usage = decode(result.journal.attempts()[0].usage)
    assert isinstance(usage, dict)
    assert (usage["tokens_in"], usage["tokens_out"], usage["model"]) == (100, 20, "scripted-1")
    assert usage["cost"] == pytest.approx(0.0004)


def test_fields(server: ModelServer, protocol: str) -> None:
    _, out = ask(server, protocol, "no", '{"n": 7}', answer="json", shape=SHAPE)
    assert out == {"out": [{"json": {"n": 7}}]}
    assert json.dumps(SHAPE["properties"]) in json.dumps(server.requests[0])
    assert len(server.requests) == 2, "what did not fit is sent back once"


def test_the_tool_a_model_answers_by(server: ModelServer) -> None:
    block = {"type": "tool_use", "name": "answer", "input": {"n": 7}}
    body: dict[str, Any] = {"content": [{"type": "text", "text": "Well."}, block], "usage": None}
    _, out = ask(server, "anthropic", (200, body), answer="json", shape=SHAPE)
    assert out == {"out": [{"json": {"n": 7}}]}
    assert server.requests[0]["tool_choice"] == {"type": "tool", "name": "answer"}


FAULTS: list[tuple[Scripted, str]] = [
    ((429, {"error": {"message": "slow down"}}), "succeeded"),
    (
        (529, {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}),
        "succeeded",
    ),
    ((500, {}), "succeeded"),
    (Cut(), "succeeded"),
    (b"<html>", "failed"),
    (b'{"content": [{}], "candidates": [{}], "choices": [{}]}', "failed"),
    (b"[]", "failed"),
    ((401, {"error": {"message": "who are you?"}}), "failed"),
    ((400, {"error": {"message": "no such parameter"}}), "failed"),
]


@pytest.mark.parametrize(("fault", "status"), FAULTS)
def test_a_fault_is_tried_again_where_that_can_help(
    server: ModelServer, protocol: str, fault: Scripted, status: str
) -> None:
    result, _ = ask(server, protocol, fault, "Hello!")
    assert result.status == status, result.reason
    assert len(server.requests) == (2 if status == "succeeded" else 1)


ADDRESSES = {
    "openai_compatible": "/v1/chat/completions",
    "anthropic": "/v1/messages",
    "gemini": "/v1/models/m%201:generateContent",
}


def test_each_is_asked_where_it_listens(server: ModelServer, protocol: str) -> None:
    ask(server, protocol, "Hello!")
    assert server.paths == [ADDRESSES[protocol]]
