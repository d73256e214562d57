"""The model step over a scripted service: text, fields, repair, failures, what it took."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from runtime.engine.encode import decode
from runtime.sdk import Json
from runtime.testing import QuietWorld, RunResult
from tests.support.gateway import Gateway
from tests.support.model_server import ModelServer, model_server
from tests.support.one_step import Outputs, run_node

SHAPE = {
    "type": "object",
    "properties": {"department": {"type": "string", "enum": ["sales", "repairs"]}},
    "required": ["department"],
    "additionalProperties": False,
}
QUICK = {"retry": {"attempts": 3, "delay_seconds": 0.01}}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server("Hello!") as running:
        yield running


def ask(
    server: ModelServer, policy: Mapping[str, Any] = QUICK, **params: Any
) -> tuple[RunResult, Outputs]:
    items: list[Json] = [{"message": "It broke"}]
    settings = {"prompt": "Answer: {{ input.message }}", **params}
    world = QuietWorld(models=Gateway(server))
    return run_node("ai.llm", settings, items, world=world, policy=policy)


def test_text_and_what_it_took(server: ModelServer) -> None:
    result, out = ask(server, system="Be brief.", temperature=0.5, max_tokens=9)
    assert out == {"out": [{"text": "Hello!"}]}
    sent = server.requests[0]
    assert [m["role"] for m in sent["messages"]] == ["system", "user"]
    assert sent["messages"][1]["content"] == "Answer: It broke"
    assert (sent["temperature"], sent["max_tokens"], sent["model"]) == (0.5, 9, "m")
    usage = decode(result.journal.attempts()[0].usage)
    assert isinstance(usage, dict)
    assert (usage["tokens_in"], usage["tokens_out"]) == (100, 20)
    assert usage["cost"] == pytest.approx(0.0004)
    assert usage["model"] == "scripted-1"


def test_fields_by_a_schema(server: ModelServer) -> None:
    server.answers = ['{"department": "repairs"}']
    _, out = ask(server, answer="json", shape=SHAPE)
    assert out == {"out": [{"json": {"department": "repairs"}}]}
    assert server.requests[0]["response_format"]["json_schema"]["schema"] == SHAPE


@pytest.mark.parametrize(
    "bad", ["Repairs, I think.", '{"department": "moon"}', "[1]", '{"department": NaN}', "{" * 9000]
)
def test_an_answer_that_does_not_fit_is_sent_back_once(server: ModelServer, bad: str) -> None:
    server.answers = [bad, '```json\n{"department": "sales"}\n```']
    result, out = ask(server, answer="json", shape=SHAPE)
    assert out == {"out": [{"json": {"department": "sales"}}]}
    assert len(server.requests) == 2
    usage = decode(result.journal.attempts()[0].usage)
    assert isinstance(usage, dict)
    assert usage["tokens_in"] == 200


def test_an_answer_that_never_fits_fails_in_words(server: ModelServer) -> None:
    server.answers = ["no"]
    result, _ = ask(server, {"retry": {"attempts": 1}}, answer="json", shape=SHAPE)
    assert result.status == "failed"
    assert "does not fit" in json.dumps(result.error)
    assert len(server.requests) == 2


def test_a_service_without_structured_answers_is_asked_in_words(server: ModelServer) -> None:
    refused = {"error": {"message": "response_format is not supported"}}
    server.answers = [(400, refused), '{"department": "sales"}']
    _, out = ask(server, answer="json", shape=SHAPE)
    assert out["out"] == [{"json": {"department": "sales"}}]
    assert "response_format" not in server.requests[1]
    assert "JSON Schema" in server.requests[1]["messages"][0]["content"]


def test_a_busy_service_is_tried_again_with_the_same_key(server: ModelServer) -> None:
    server.answers = [(429, {"error": {"message": "slow down"}}), (503, {}), "Here"]
    result, out = ask(server)
    assert out["out"] == [{"text": "Here"}]
    assert [a.status for a in result.journal.attempts()] == ["failed", "failed", "succeeded"]
    assert len({headers["idempotency-key"] for headers in server.headers}) == 1


@pytest.mark.parametrize(
    "answer",
    [b"garbage", b'{"error": {"message": "out of credit"}}', b'{"choices": []}', b"[]", b"null"],
)
def test_answers_that_are_none(server: ModelServer, answer: bytes) -> None:
    server.answers = [answer]
    result, _ = ask(server)
    assert result.status == "failed"
    assert isinstance(result.error, dict)
    assert result.error["class"] == "bad_answer"


def test_a_schema_does_not_make_us_fetch_anything(server: ModelServer) -> None:
    shape = {"type": "object", "properties": {"a": {"$ref": f"http://{server.place}/schema"}}}
    server.answers = ['{"a": 1}']
    result, _ = ask(server, answer="json", shape=shape)
    assert result.status == "failed"
    assert len(server.requests) == 1
