"""Validate: exits, rules, and a model that mends."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from runtime.engine.encode import decode
from runtime.registry import registry
from runtime.sandbox.pool import shared_sandbox
from runtime.sdk import Json
from runtime.testing import QuietWorld, RunResult
from tests.support.gateway import Gateway
from tests.support.model_server import ModelServer, Scripted, model_server
from tests.support.one_step import Outputs, run_node

ONCE: Mapping[str, Any] = {"retry": {"attempts": 1}}
FIELDS = [{"name": "city", "kind": "text"}, {"name": "people", "kind": "integer", "least": 1}]
GOOD: dict[str, Json] = {"city": "Rome", "people": 3}


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server("unused") as running:
        yield running


def validate(
    server: ModelServer, item: Json, *answers: Scripted, **params: Any
) -> tuple[RunResult, Outputs]:
    server.answers, server.requests[:] = list(answers), []
    world = QuietWorld(models=Gateway(server), sandbox=shared_sandbox())
    result, out = run_node("data.validate", params, [item], world=world, policy=ONCE)
    return result, {port: items for port, items in out.items() if items}


RULES: list[tuple[str, Json, bool]] = [
    ("people > 2", GOOD, True),
    ("= people > 2", GOOD, True),
    ("people > 3", GOOD, False),
    ("value.city == 'Rome'", GOOD, True),
    ("SUM([line.price for line in lines]) == total", {"lines": [{"price": 2}], "total": 2}, True),
    ("missing > 3", GOOD, False),
    ("people / 0 > 1", GOOD, False),
    ("people", GOOD, False),
]


@pytest.mark.parametrize(("formula", "item", "good"), RULES)
def test_a_rule_holds_only_if_it_is_true(
    server: ModelServer, formula: str, item: Json, good: bool
) -> None:
    rule = {"formula": formula, "says": "No."}
    _, out = validate(server, item, rules=[rule])
    assert isinstance(item, dict)
    problems: Json = [{"field": "", "message": "No."}]
    assert out == ({"valid": [item]} if good else {"invalid": [{**item, "problems": problems}]})


def test_the_answer_of_a_model_is_read_and_put_where_it_belongs(server: ModelServer) -> None:
    text = f"```json\n{json.dumps(GOOD)}\n```"
    told: dict[str, Any] = {"value": "{{ input.text }}", "fields": FIELDS}
    _, out = validate(server, {"text": text}, into="place", **told)
    assert out == {"valid": [{"text": text, "place": GOOD}]}
    _, out = validate(server, {"text": "Rome, I think."}, **told)
    problems: Json = [{"field": "", "message": "cannot be read as JSON"}]
    assert out == {"invalid": [{"text": "Rome, I think.", "problems": problems}]}


def test_a_model_mends_it_and_is_told_what_is_wrong(server: ModelServer) -> None:
    answers = ["{broken", '{"city": "Rome", "people": 2}', json.dumps(GOOD)]
    rule = {"formula": "people == 3", "says": "Three people live there."}
    result, out = validate(
        server, {"city": "Rome"}, *answers, fields=FIELDS, rules=[rule], mend=True, hints="Italy"
    )
    assert out == {"valid": [GOOD]}
    asked = [request["messages"] for request in server.requests]
    assert "- people: is missing" in asked[0][1]["content"]
    assert "Italy" in asked[0][0]["content"]
    assert "not valid JSON" in asked[1][-1]["content"], "the form is held first"
    assert "Three people live there." in asked[2][-1]["content"]
    usage = decode(result.journal.attempts()[0].usage)
    assert isinstance(usage, dict)
    assert usage["tokens_in"] == 300, "what was sent back counts too"
    assert server.requests[0]["response_format"]["json_schema"]["schema"]["required"]


def test_what_cannot_be_mended_is_not_valid(server: ModelServer) -> None:
    rule = {"formula": "people == 3"}
    _, out = validate(
        server, GOOD | {"people": 1}, '{"city": "Rome", "people": 2}', fields=FIELDS,
        rules=[rule], mend=True, rounds=2,
    )  # fmt: skip
    assert len(server.requests) == 2
    (item,) = out["invalid"]
    assert isinstance(item, dict)
    assert item["people"] == 1, "the item is as it came"
    assert item["problems"] == [{"field": "", "message": "does not keep to: people == 3"}]
    assert "does not keep to: people == 3" in server.requests[1]["messages"][-1]["content"]


def test_an_answer_that_never_fits_passes_nothing(server: ModelServer) -> None:
    result, out = validate(server, {}, "I cannot help.", fields=FIELDS, mend=True)
    assert (result.status, out) == ("failed", {})


SETTINGS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["fields"]),
    ({"by": "schema"}, ["shape"]),
    ({"by": "schema", "shape": {"type": "thing"}}, ["shape"]),
    ({"fields": [{"name": "a"}, {"name": "a"}]}, ["fields.0.name", "fields.1.name"]),
    ({"fields": [{"name": "a", "pattern": "("}]}, ["fields.0.pattern"]),
    ({"fields": [{"name": "a", "least": 2, "most": 1}]}, ["fields.0.least"]),
    ({"rules": [{"formula": "a >"}]}, ["rules.0.formula"]),
    ({"rules": [{"formula": "a > 1"}]}, []),
]


@pytest.mark.parametrize(("params", "fields"), SETTINGS)
def test_what_it_says_about_its_settings(params: dict[str, Any], fields: list[str]) -> None:
    node = registry()["data.validate"]
    assert [f[0] for f in node.check(node.Params.model_validate(params))] == fields
