"""Check against sources as a step: exits, the model's part, and that nothing passes unjudged."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from runtime.registry import registry
from runtime.sdk import Json
from runtime.testing import QuietWorld, RunResult
from tests.support.gateway import Gateway
from tests.support.model_server import ModelServer, Scripted, model_server
from tests.support.one_step import Outputs, run_node

ONCE: Mapping[str, Any] = {"retry": {"attempts": 1}}
SOURCES: list[Json] = ["The shop opens at 9.", {"text": "Parcels leave on Monday, 20 a day."}]


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server("unused") as running:
        yield running


def check(
    server: ModelServer, answer: str, *answers: Scripted, policy: Any = ONCE, **params: Any
) -> tuple[RunResult, Outputs]:
    server.answers, server.requests[:] = list(answers), []
    given = {"answer": "{{ input.text }}", "sources": "{{ input.sources }}", **params}
    items: list[Json] = [{"text": answer, "sources": SOURCES}]
    world = QuietWorld(models=Gateway(server))
    result, out = run_node("ai.grounded", given, items, world=world, policy=policy)
    return result, {port: made for port, made in out.items() if made}


def claims(out: Outputs, port: str) -> list[Any]:
    assert list(out) == [port]
    (item,) = out[port]
    assert isinstance(item, dict)
    assert isinstance(item["grounded"], dict)
    found = item["grounded"]["claims"]
    assert isinstance(found, list)
    return [(one["source"], one["says"]) for one in found if isinstance(one, dict)]


GOOD, NOTHING = "The shop opens at 9. Parcels leave on Monday.", "nothing supports it"


def test_words_decide_without_a_model(server: ModelServer) -> None:
    _, out = check(server, GOOD)
    assert claims(out, "supported") == [(1, "source 1"), (2, "source 2")]
    _, out = check(server, "The shop opens at 8. Parcels leave on Monday.")
    assert claims(out, "not_supported") == [(None, NOTHING), (2, "source 2")]
    _, out = check(server, "The shop opens at 8. Parcels leave on Monday.", least=0.5)
    assert "supported" in out


@pytest.mark.parametrize("answer", ["", "Yes.", "Hello!"])
def test_what_claims_nothing_is_supported_by_nothing(server: ModelServer, answer: str) -> None:
    _, out = check(server, answer)
    assert claims(out, "not_supported") == []


def test_without_sources_nothing_is_supported(server: ModelServer) -> None:
    for by in ("words", "model"):
        _, out = check(server, GOOD, "unused", sources=[], by=by)
        assert claims(out, "not_supported") == [(None, NOTHING)] * 2


def test_a_model_is_asked_only_of_what_can_be_true(server: ModelServer) -> None:
    answer = "Trade begins at 9. They send 21 a day. Cats are kind to strangers."
    _, out = check(server, answer, '{"sources": [1, 0]}', by="model")
    assert claims(out, "not_supported") == [(1, "source 1"), (None, NOTHING), (None, NOTHING)]
    told = server.requests[0]["messages"][1]["content"]
    assert "1. Trade begins at 9.\n2. Cats are kind to strangers." in told
    assert "21" not in told


NO_ANSWERS: list[Scripted] = [
    "All of them are fine.", '{"sources": [1]}', '{"sources": [1, 3]}', '{"sources": [1, "2"]}',
    '{"sources": [1, 2, 2]}', '{"sources": [1, -1]}', '{"sources": null}', (500, {}),
]  # fmt: skip


@pytest.mark.parametrize("answer", NO_ANSWERS)
def test_without_a_clear_answer_nothing_passes(server: ModelServer, answer: Scripted) -> None:
    result, out = check(server, GOOD, answer, by="model")
    assert (result.status, out) == ("failed", {})
    _, out = check(server, GOOD, answer, by="model", policy={**ONCE, "on_error": "continue"})
    assert list(out) == ["not_supported"]


def test_it_says_that_sources_are_missing() -> None:
    node = registry()["ai.grounded"]
    found = node.check(node.Params.model_validate({"answer": "a"}))
    assert [finding[0] for finding in found] == ["sources"]
