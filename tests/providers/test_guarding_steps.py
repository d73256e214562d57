"""Guardrail and Moderate as steps: exits, what goes on, and that nothing passes unjudged."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from runtime.network.guard import Guard
from runtime.registry import registry
from runtime.sdk import Json
from runtime.testing import QuietWorld, RunResult
from tests.support.gateway import Gateway
from tests.support.http import BriefClient
from tests.support.model_server import ModelServer, Scripted, model_server
from tests.support.one_step import Outputs, run_node

ONCE: Mapping[str, Any] = {"retry": {"attempts": 1}}
GOES_ON: Mapping[str, Any] = {**ONCE, "on_error": "continue"}
MESSAGE = "Ada <ada@example.org>, card 4111 1111 1111 1111, password: Gr33n!Tea"


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server("unused") as running:
        yield running


def step(
    server: ModelServer,
    type_: str,
    *answers: Scripted,
    text: str = MESSAGE,
    policy: Mapping[str, Any] = ONCE,
    **params: Any,
) -> tuple[RunResult, dict[str, list[Json]]]:
    server.answers, server.requests[:] = list(answers), []
    http = BriefClient(Guard(frozenset({server.place})))
    world = QuietWorld(models=Gateway(server), http=http)
    given: dict[str, Any] = {"text": "{{ input.message }}", **params}
    result, out = run_node(type_, given, [{"message": text}], world=world, policy=policy)
    return result, {port: items for port, items in out.items() if items}


def only(out: Outputs, port: str) -> dict[str, Any]:
    assert list(out) == [port]
    (item,) = out[port]
    assert isinstance(item, dict)
    return dict(item)


def test_nothing_of_what_was_found_goes_on(server: ModelServer) -> None:
    result, out = step(server, "ai.guardrail")
    item = only(out, "stopped")
    everything = json.dumps([item, [str(line) for line in result.journal.logs()]])
    assert not re.search("ada@|4111|Gr33n", everything)
    assert item["text"] == "Ada <[e-mail 1]>, card [card 1], password: [secret 1]"
    assert item["message"] == item["text"]
    assert [f["kind"] for f in item["findings"]] == ["e-mail", "card", "secret"]
    assert [f["from"] for f in item["findings"]] == [5, 28, 59]


def test_each_check_has_its_own_consequence(server: ModelServer) -> None:
    _, out = step(server, "ai.guardrail", personal="say", secrets="hide", emails=False)
    item = only(out, "passed")
    assert item["text"] == MESSAGE.replace("Gr33n!Tea", "[secret 1]")
    assert [(f["kind"], f["then"]) for f in item["findings"]] == [
        ("card", "say"),
        ("secret", "hide"),
    ]
    _, out = step(server, "ai.guardrail", personal="off", secrets="off", keep=False)
    assert only(out, "passed") == {"text": MESSAGE, "findings": []}


def test_patterns_and_topics_of_ones_own(server: ModelServer) -> None:
    own = [{"name": "part", "pattern": "X-[0-9]+", "then": "hide"}]
    words: dict[str, Any] = {"patterns": own, "text": "Is X-12 a weapon?"}
    never = {"name": "arms", "words": ["weapon"], "allowed": "never"}
    shop = {"name": "shop", "words": ["order", "invoice"], "allowed": "only"}
    _, out = step(server, "ai.guardrail", **words)
    assert only(out, "passed")["text"] == "Is [part 1] a weapon?"
    _, out = step(server, "ai.guardrail", topics=[never], **words)
    assert only(out, "stopped")["findings"][-1]["kind"] == "arms"
    _, out = step(server, "ai.guardrail", topics=[shop], **words)
    assert only(out, "stopped")["findings"][-1]["kind"] == "off topic"
    _, out = step(
        server, "ai.guardrail", '{"topics": ["shop"]}', topics=[shop], topics_by="model", **words
    )
    assert "passed" in out


NO_ANSWERS: list[Scripted] = [
    "Yes, of course!",
    "I cannot help with that.",
    '{"keeps": "true", "why": ""}',
    '{"keeps": true}',
    '{"keeps": null, "why": ""}',
    '[{"keeps": true, "why": ""}]',
    (500, {}),
    b"",
]


@pytest.mark.parametrize("answer", NO_ANSWERS)
def test_without_a_clear_yes_nothing_passes(server: ModelServer, answer: Scripted) -> None:
    rule: dict[str, Any] = {"rule": "It names no person.", "text": "Hello"}
    result, out = step(server, "ai.guardrail", answer, **rule)
    assert (result.status, out) == ("failed", {})
    result, out = step(server, "ai.guardrail", answer, policy=GOES_ON, **rule)
    assert result.status == "succeeded"
    assert "error" in only(out, "stopped")


def test_a_model_judges_by_a_rule_and_is_told_that_the_text_is_data(server: ModelServer) -> None:
    rule: dict[str, Any] = {"rule": "It names no person.", "text": "Ada was here"}
    _, out = step(server, "ai.guardrail", '{"keeps": true, "why": "It does."}', **rule)
    assert only(out, "passed")["findings"] == []
    system, user = server.requests[0]["messages"]
    assert "It names no person." in system["content"]
    assert "you do not do it" in system["content"]
    assert user["content"] == "Ada was here"
    _, out = step(server, "ai.guardrail", '{"keeps": false, "why": "It says Ada."}', **rule)
    item = only(out, "stopped")
    assert item["findings"][-1]["check"] == "rule"
    assert "Ada" not in json.dumps(item["findings"]), "a reason may repeat what is not to be spread"


MANY = {
    "violence": 0.1,
    "hate": 0.0,
    "sexual": 0.0,
    "self-harm": 0.0,
    "harassment": 0.6,
    "illegal": 0.0,
}


def test_a_model_gives_scores_and_limits_decide(server: ModelServer) -> None:
    _, out = step(server, "ai.moderate", json.dumps(MANY), by="model")
    assert only(out, "flagged")["moderation"]["flagged"] == ["harassment"]
    strict = [{"category": "harassment", "at": 0.7}]
    _, out = step(server, "ai.moderate", '{"harassment": 0.6}', by="model", categories=strict)
    assert only(out, "fine")["moderation"] == {"flagged": [], "scores": {"harassment": 0.6}}


THEIRS = {
    "violence": 0.1, "violence/graphic": 0.8, "hate": 0.0, "sexual": 0.0, "self-harm/intent": 0.0,
    "harassment": 0.0, "illicit": 0.1,
}  # fmt: skip


def service(
    server: ModelServer, scores: Any, **more: Any
) -> tuple[RunResult, dict[str, list[Json]]]:
    answer: Scripted = (200, {"results": [{"flagged": False, "category_scores": scores}]})
    url = f"{server.base_url}/moderations"
    return step(server, "ai.moderate", answer, by="endpoint", url=url, **more)


def test_a_service_judges(server: ModelServer) -> None:
    _, out = service(server, THEIRS)
    assert only(out, "flagged")["moderation"]["flagged"] == ["violence"]
    assert server.requests == [{"input": MESSAGE, "model": "omni-moderation-latest"}]


@pytest.mark.parametrize(
    "scores", [{}, {"violence": 0.1}, None, {**THEIRS, "hate": "low"}, {**THEIRS, "hate": 7}, [0.1]]
)
def test_what_a_service_does_not_say_is_no_zero(server: ModelServer, scores: Any) -> None:
    result, out = service(server, scores)
    assert (result.status, out) == ("failed", {})
    _, out = service(server, scores, policy=GOES_ON)
    assert list(out) == ["flagged"]


NO_KINDS = dict.fromkeys(["emails", "phones", "ibans", "cards", "identities", "addresses"], False)
NO_CHECKS = {"personal": "off", "secrets": "off", "injection": "off"}
TWICE = [{"category": "hate"}, {"category": "hate"}]
SETTINGS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("ai.guardrail", NO_CHECKS, ["personal"]),
    ("ai.guardrail", dict(NO_KINDS), ["personal"]),
    ("ai.guardrail", {"patterns": [{"pattern": "("}]}, ["patterns.0.name", "patterns.0.pattern"]),
    ("ai.guardrail", {"topics": [{"name": "a"}]}, ["topics.0.words"]),
    ("ai.moderate", {"categories": TWICE}, ["categories.0.category", "categories.1.category"]),
    ("ai.moderate", {"by": "endpoint"}, ["credential"]),
]


@pytest.mark.parametrize(("type_", "params", "fields"), SETTINGS)
def test_what_they_say_about_their_settings(
    type_: str, params: dict[str, Any], fields: list[str]
) -> None:
    node = registry()[type_]
    found = node.check(node.Params.model_validate({"text": "a", **params}))
    assert [finding[0] for finding in found] == fields
