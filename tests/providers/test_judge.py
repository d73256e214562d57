"""Judge: rankings, ties, exits, and that the order of the candidates decides nothing."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from runtime.providers.protocols import ChatReply, ChatRequest, Usage
from runtime.registry import registry
from runtime.sdk import Context, Json
from runtime.testing import QuietWorld, RunResult
from tests.support.gateway import Gateway
from tests.support.model_server import ModelServer, model_server
from tests.support.one_step import Outputs, run_node

ONCE: Mapping[str, Any] = {"retry": {"attempts": 1}}
CRITERIA = [{"name": "Short", "weight": 1}, {"name": "Kind", "about": "Warm", "weight": 3}]
ITEMS: list[Json] = [{"text": "five 5"}, {"text": "nine 9"}, {"text": "seven 7"}]


class Reader:
    """A model that takes the last digit of a candidate for its score, whatever its place."""

    def __init__(self) -> None:
        self.asked: list[ChatRequest] = []

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        self.asked.append(request)
        parts = [part.rsplit(" ", 1) for part in request.messages[-1].content.split("\n\n")]
        scores = [int(digit) for _, digit in parts]
        if "compare" in request.messages[0].content:
            better = "first" if scores[0] > scores[1] else "second"
            value: dict[str, Json] = {
                "Short": "equal" if scores[0] == scores[1] else better,
                "Kind": "equal" if scores[0] == scores[1] else better,
                "why": "because",
            }
        else:
            names = [said.split(":", 1)[0].removeprefix("Candidate ") for said, _ in parts]
            value = {
                name: {"Short": score, "Kind": score, "why": f"It is {score}."}
                for name, score in zip(names, scores, strict=True)
            }
        return ChatReply(json.dumps(value), value, Usage("reader", 10, 5))


def judge(items: list[Json], **params: Any) -> tuple[RunResult, Outputs, Reader]:
    reader = Reader()
    given = {"field_name": "text", "criteria": CRITERIA, **params}
    world = QuietWorld(models=reader)
    result, out = run_node("ai.judge", given, items, world=world, policy=ONCE)
    return result, {port: made for port, made in out.items() if made}, reader


def only(out: Outputs, port: str) -> dict[str, Any]:
    assert list(out) == [port]
    (item,) = out[port]
    assert isinstance(item, dict)
    return dict(item)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("way", ["score", "pairs"])
def test_the_order_decides_nothing(way: str, seed: int) -> None:
    _, out, reader = judge(ITEMS, way=way, seed=seed)
    item = only(out, "good")
    assert item["best"] == {"text": "nine 9"}
    assert [one["number"] for one in item["ranking"]] == [2, 3, 1]
    assert [one["place"] for one in item["ranking"]] == [1, 2, 3]
    assert (item["tied"], item["score"]) == (False, 9.0 if way == "score" else 10.0)
    assert len(reader.asked) == (1 if way == "score" else 3)


def test_candidates_are_shown_in_a_drawn_order() -> None:
    shown = {judge(ITEMS, seed=seed)[2].asked[0].messages[-1].content for seed in range(12)}
    assert len(shown) > 2
    assert all(text.startswith("Candidate A:\n") for text in shown)


@pytest.mark.parametrize("way", ["score", "pairs"])
def test_ties_are_said_and_the_first_of_them_is_the_best(way: str) -> None:
    _, out, _ = judge([{"text": "a 3"}, {"text": "b 8"}, {"text": "c 8"}], way=way)
    item = only(out, "good")
    assert item["tied"] is True
    assert item["best"] == {"text": "b 8"}
    assert [(one["number"], one["place"]) for one in item["ranking"]] == [(2, 1), (3, 1), (1, 3)]


def test_what_is_not_good_enough_goes_the_other_way() -> None:
    _, out, _ = judge(ITEMS, enough=9.5)
    assert only(out, "not_good")["score"] == 9.0
    _, out, _ = judge(ITEMS, enough=9)
    assert "good" in out


def test_lists_in_items_are_judged_one_by_one() -> None:
    items: list[Json] = [
        {"id": 1, "drafts": ["x 2", "y 4"]}, {"id": 2, "drafts": ["z 8"]}, {"id": 3, "drafts": []},
    ]  # fmt: skip
    _, out, _ = judge(items, candidates="field", field_name="drafts", way="score")
    good, bad = out["good"], out["not_good"]
    assert [(one["id"], one["best"]) for one in good if isinstance(one, dict)] == [(2, "z 8")]
    assert [(one["id"], one["best"]) for one in bad if isinstance(one, dict)] == [
        (1, "y 4"), (3, None),
    ]  # fmt: skip


def test_what_cannot_be_judged_is_refused() -> None:
    result, _, _ = judge([{"text": "a 1"}] * 11, way="pairs")
    assert "11 candidates are more than the 10" in str(result.error)
    result, _, _ = judge([{"drafts": 7}], candidates="field", field_name="drafts")
    assert "is no list of candidates" in str(result.error)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server("unused") as running:
        yield running


NO_ANSWERS = [
    "The first one is best.",
    "{}",
    '{"A": {"Quality": 9}}',
    '{"A": {"Quality": 11, "why": ""}}',
    '{"A": {"Quality": "9", "why": ""}}',
    '{"B": {"Quality": 9, "why": ""}}',
]


@pytest.mark.parametrize("answer", NO_ANSWERS)
def test_without_scores_in_form_nothing_is_good_enough(server: ModelServer, answer: str) -> None:
    server.answers = [answer]
    world = QuietWorld(models=Gateway(server))
    for policy in (ONCE, {**ONCE, "on_error": "continue"}):
        _, out = run_node("ai.judge", {}, [{"x": 1}], world=world, policy=policy)
        assert not out.get("good")


SETTINGS: list[tuple[dict[str, Any], list[str]]] = [
    ({"candidates": "field"}, ["field_name"]),
    ({"criteria": [{"name": ""}]}, ["criteria.0.name"]),
    ({"criteria": [{"name": "a"}, {"name": "a"}]}, ["criteria.0.name", "criteria.1.name"]),
    ({"criteria": [{"name": "Why"}]}, ["criteria.0.name"]),
]


@pytest.mark.parametrize(("params", "fields"), SETTINGS)
def test_what_it_says_about_its_settings(params: dict[str, Any], fields: list[str]) -> None:
    node = registry()["ai.judge"]
    assert [f[0] for f in node.check(node.Params.model_validate(params))] == fields
