"""Examples that show a model how it is meant: all of them, or those most like the question."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest

from runtime.sdk import Context, Json
from runtime.sdk.meaning import MeaningKind, Measured
from runtime.testing import QuietWorld
from tests.support.gateway import Gateway
from tests.support.meaning import FOLDER, BriefModels
from tests.support.model_server import ModelServer, model_server
from tests.support.one_step import run_node

SAMPLES = [
    {"asked": "My lamp stays dark", "answered": "repairs"},
    {"asked": "What does the large chair cost?", "answered": "sales"},
    {"asked": "When do you open on Sunday?", "answered": "office"},
    {"asked": "The chair broke when I sat down", "answered": "repairs!"},
    {"asked": "", "answered": "not filled in"},
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
    with model_server("repairs") as running:
        yield running


def told(server: ModelServer, **params: Any) -> list[tuple[str, str]]:
    """The turns that the model was told."""
    question = {"prompt": "{{ input.message }}", "system": "Sort.", "samples": SAMPLES}
    items: list[Json] = [{"message": "The light of my lamp does not go on"}]
    world = QuietWorld(models=Models(server))
    result, _ = run_node("ai.llm", {**question, **params}, items, world=world)
    assert result.status == "succeeded", result.reason
    return [(turn["role"], turn["content"]) for turn in server.requests[-1]["messages"]]


def test_all_of_them_come_between_the_rules_and_the_question(server: ModelServer) -> None:
    turns = told(server)
    assert turns[0] == ("system", "Sort.")
    assert turns[1:3] == [("user", "My lamp stays dark"), ("assistant", "repairs")]
    assert len(turns) == 10, "what is not filled in is left out"
    assert turns[-1] == ("user", "The light of my lamp does not go on")


def test_the_one_most_like_the_question_stands_next_to_it(server: ModelServer) -> None:
    turns = told(server, which_samples="alike", how_many_samples=2)
    assert len(turns) == 6
    assert turns[3:5] == [("user", "My lamp stays dark"), ("assistant", "repairs")]
