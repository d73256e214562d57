"""The steps of knowledge over the real store and the built-in model: filled, asked, changed."""

import json
from typing import Any

import pytest

from builder.services.first_start import EXAMPLES
from runtime.graph.parse import parse_document
from runtime.models import Passage
from runtime.registry import registry
from runtime.sdk import Json
from runtime.sdk.knowledge import Knowledge
from runtime.testing import QuietWorld, RunResult, run_graph
from runtime.worker.world import ServerWorld
from tests.control.conftest import house
from tests.keeping.conftest import world
from tests.support.gateway import Gateway
from tests.support.house import House
from tests.support.meaning import BriefModels
from tests.support.model_server import model_server
from tests.support.one_step import Outputs, run_node

__all__ = ["house", "world"]
PAGES: list[Json] = [
    {"name": "Returns", "text": "# Returns\n\nYou can send it back within 30 days, with the bill."},
    {"name": "Delivery", "text": "# Delivery\n\nA parcel takes two working days. Code: DX-12."},
    {"name": "Lamps", "text": "# Lamps\n\nOur lamps are made of brass and glass."},
]


class Stand:
    """One workspace's knowledge, and the built-in model."""

    def __init__(self, house: House, world: ServerWorld) -> None:
        self.workspace = house.place.workspace.id
        self.known: Knowledge = world.knowledge(str(self.workspace))

    def run(self, kind: str, params: dict[str, Any], *items: Json) -> tuple[RunResult, Outputs]:
        outside = QuietWorld(models=BriefModels(self.workspace), knowledge=self.known)
        return run_node(
            kind, params, items or ({},), world=outside, policy={"retry": {"attempts": 1}}
        )

    def fill(self, *items: Json) -> list[Any]:
        params = {"collection": "Shop", "text": "{{ input.text }}", "title": "{{ input.name }}"}
        result, out = self.run("knowledge.add", params, *items)
        assert result.status == "succeeded", result.reason
        return list(out["out"])

    def find(self, question: str, **more: Any) -> Any:
        params = {"collection": "Shop", "question": question, **more}
        result, out = self.run("knowledge.find", params)
        assert result.status == "succeeded", result.reason
        return out["out"][0]


@pytest.fixture
def stand(house: House, world: ServerWorld) -> Stand:
    return Stand(house, world)


def test_a_question_in_other_words_finds_its_page(stand: Stand) -> None:
    stand.fill(*PAGES)
    found = stand.find("May I give goods back that I do not like?", most=1)
    (passage,) = found["passages"]
    assert (passage["title"], passage["number"]) == ("Returns", 1)
    assert found["context"].startswith("[1] Returns (read ")
    (by_code,) = stand.find("DX-12", how="words", most=1)["passages"]
    assert (by_code["title"], by_code["by"]) == ("Delivery", "words")


def test_only_what_changed_is_read_again(stand: Stand) -> None:
    assert [one["changed"] for one in stand.fill(*PAGES)] == [True, True, True]
    before = set(Passage.objects.values_list("id", flat=True))
    changed: Json = {"name": "Lamps", "text": "# Lamps\n\nOur lamps are made of paper."}
    assert [one["changed"] for one in stand.fill(*PAGES[:2], changed)] == [False, False, True]
    assert len(before & set(Passage.objects.values_list("id", flat=True))) == 2
    _, out = stand.run("knowledge.remove", {"collection": "Shop", "key": "Lamps"})
    assert out["out"] == [{"collection": "Shop", "key": "Lamps", "removed": True}]
    assert "paper" not in str(stand.find("What are lamps made of?"))


def test_a_text_without_words_and_a_collection_without_documents(stand: Stand) -> None:
    result, _ = stand.run("knowledge.add", {"collection": "Shop", "text": " ", "title": "Empty"})
    assert "The text is empty." in str(result.reason)
    result, _ = stand.run(
        "knowledge.find", {"collection": "Nowhere", "question": "x", "how": "words"}
    )
    assert "There is no collection called “Nowhere”." in str(result.reason)


class Both:
    """Meaning by the built-in model, words by a scripted one."""

    def __init__(self, meaning: BriefModels, words: Gateway) -> None:
        self.embed, self.complete = meaning.embed, words.complete


ANSWERS = [
    ("You can send it back within 30 days [1].", "You can send it back within 30 days [1]."),
    ("You can send it back within 90 days [1].", "I do not find that in our documents."),
]


@pytest.mark.parametrize(("said", "begins"), ANSWERS)
def test_the_template_answers_only_what_a_source_supports(
    stand: Stand, said: str, begins: str
) -> None:
    stand.fill(*PAGES)
    graph = json.loads((EXAMPLES / "more" / "41_ask_documents.json").read_text())["graph"]
    graph["nodes"][1]["params"]["collection"] = "Shop"
    item: Json = {"text": "How long can I send it back?"}
    with model_server(said) as server:
        models = Both(BriefModels(stand.workspace), Gateway(server))
        outside = QuietWorld(models=models, knowledge=stand.known)
        result = run_graph(parse_document(graph), registry(), items=[item], world=outside)
    assert result.status == "succeeded", result.reason
    answer: Any = result.output
    assert answer[0]["text"].startswith(begins)
    assert "[1] Returns (read " in answer[0]["text"], "and the sources are shown"
    asked = json.dumps(server.requests[0])
    assert "within 30 days, with the bill" in asked, "the model is given the passage"
