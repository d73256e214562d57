"""The router: rules decide before examples, examples before a model, and each says why."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import pytest

from runtime.nodes.ai.router import Way, by_meaning
from runtime.registry import registry
from runtime.sdk import Context, Json
from runtime.sdk.meaning import MeaningKind, Measured
from runtime.testing import QuietWorld, RunResult
from tests.support.gateway import Gateway
from tests.support.meaning import FOLDER, BriefModels
from tests.support.model_server import ModelServer, Scripted, model_server
from tests.support.one_step import Outputs, run_node

GOOD = {"rows": [{"left": "{{ input.orders }}", "operator": "greater", "right": 20}]}
WAYS: list[dict[str, Any]] = [
    {"id": "way_1", "name": "Good customers", "conditions": GOOD},
    {
        "id": "way_2",
        "name": "Repairs",
        "examples": ["My lamp does not work any more", "It arrived broken"],
    },
    {"id": "way_3", "name": "Sales", "examples": ["What does it cost?", "I want to order chairs"]},
]


class Models(Gateway):
    """A scripted service answers; the built-in model measures."""

    async def embed(
        self,
        texts: Sequence[str],
        ctx: Context,
        *,
        kind: MeaningKind = "passage",
        profile: str | None = None,
    ) -> Measured:
        return await BriefModels(uuid4()).embed(texts, ctx, kind=kind, profile=profile)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setattr("runtime.providers.gateway._folder", lambda: FOLDER)
    with model_server("unused") as running:
        yield running


def route(
    server: ModelServer, item: Mapping[str, Json], *answers: Scripted, **params: Any
) -> tuple[RunResult, Outputs]:
    server.answers = list(answers) or ["unused"]
    settings = {"text": "{{ input.message }}", "ways": WAYS, **params}
    once = {"retry": {"attempts": 1}}
    return run_node(
        "ai.router", settings, [dict(item)], world=QuietWorld(models=Models(server)), policy=once
    )


def chosen(out: Outputs, port: str) -> dict[str, Any]:
    """What the only item says of how it was chosen."""
    assert {name for name, items in out.items() if items} == {port}
    item: Any = out[port][0]
    return dict(item["chosen"])


def test_rules_decide_first_and_examples_after_them(server: ModelServer) -> None:
    _, out = route(server, {"message": "It is broken", "orders": 30})
    assert chosen(out, "way_1") == {
        "name": "Good customers",
        "by": "rules",
        "sure": 1.0,
        "why": "30 is greater than 20",
    }
    _, out = route(server, {"message": "The lamp stays dark when I switch it on", "orders": 1})
    found = chosen(out, "way_2")
    assert (found["by"], found["name"]) == ("meaning", "Repairs")
    assert 0.45 <= found["sure"] <= 1
    assert "“My lamp does not work any more”" in found["why"]
    assert server.requests == [], "no service was asked"


def test_a_model_decides_only_what_is_left(server: ModelServer) -> None:
    odd: dict[str, Json] = {"message": "Greetings from the moon", "orders": 1}
    _, out = route(server, odd, alike=0.9)
    found = chosen(out, "unsure")
    assert (found["by"], found["name"]) == ("nothing", "")
    assert "not alike enough" in found["why"]
    answer = json.dumps({"class": "Sales", "sure": 0.8})
    _, out = route(server, odd, answer, alike=0.9, by_model=True)
    assert chosen(out, "way_3") | {"why": ""} == {
        "name": "Sales",
        "by": "model",
        "sure": 0.8,
        "why": "",
    }
    told = server.requests[0]["messages"][0]["content"]
    assert "- Repairs: My lamp does not work" in told
    assert "Good customers" not in told, "only rules know who they are"
    _, out = route(server, odd, answer, alike=0.9, by_model=True, sure=0.9)
    assert chosen(out, "unsure")["sure"] == 0.8


def test_rules_alone_need_no_model_and_no_text() -> None:
    params = {"ways": WAYS[:1]}
    result, out = run_node("ai.router", params, [{"orders": 3}], world=QuietWorld())
    assert result.status == "succeeded"
    assert chosen(out, "unsure")["why"] == "No rule holds."


def test_a_rule_that_nobody_filled_in_decides_nothing() -> None:
    blank = {"rows": [{"left": "", "operator": "equals", "right": ""}]}
    ways = [{"id": "way_9", "name": "A", "conditions": blank}, *WAYS[:1]]
    _, out = run_node("ai.router", {"ways": ways}, [{"orders": 30}], world=QuietWorld())
    assert chosen(out, "way_1")["name"] == "Good customers"


A, B = Way(id="a", name="A"), Way(id="b", name="B")
SCORES = [
    ([0.8, 0.2, 0.7], "a", "It is like “one” (0.80); next is “B” (0.70)."),
    ([0.1, 0.2, 0.7], "b", "It is like “three” (0.70); next is “A” (0.20)."),
    ([0.72, 0.2, 0.7], "unsure", "They are too close."),
    ([0.3, 0.2, 0.1], "unsure", "That is not alike enough."),
]


@pytest.mark.parametrize(("scores", "port", "why"), SCORES)
def test_the_most_alike_example_must_be_alike_and_clearly_first(
    scores: list[float], port: str, why: str
) -> None:
    samples = [(A, "one"), (A, "two"), (B, "three")]
    found = by_meaning(samples, scores, least=0.5, margin=0.05)
    assert found.port == port
    assert found.why.endswith(why)


def test_what_nothing_leads_to_is_a_problem() -> None:
    params = registry()["ai.router"].Params
    ways = [{"id": "way_1", "name": "A"}, {"id": "way_2", "name": "A", "examples": ["x"]}]
    check = registry()["ai.router"].check(params.model_validate({"ways": ways}))
    assert {finding[0] for finding in check} == {
        "text",
        "ways.0.name",
        "ways.0.examples",
        "ways.1.name",
    }
