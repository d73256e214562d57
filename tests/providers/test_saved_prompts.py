"""Steps that take their words from the library: which version, what fills it in, what is kept."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from builder.models import Prompt
from builder.services.documents import read_document
from builder.services.lacks import lacks_of
from builder.services.prompt_problems import prompt_problems
from builder.services.prompts import add_prompt, delete_prompt, write_version
from builder.services.refusals import NotPossibleError
from builder.services.save_draft import save_draft
from builder.services.transfer import import_flow
from runtime.graph.parse import parse_document
from runtime.models.ids import uuid7
from runtime.providers.prompts import began, open_wording
from runtime.sdk import Context, NodeError
from runtime.sdk.prompts import FromLibrary, Wording
from runtime.services.engine_connection import close_engine_connection
from runtime.testing import QuietWorld
from tests.support.gateway import Gateway
from tests.support.model_server import ModelServer, model_server
from tests.support.one_step import run_node
from tests.support.people import GRAPH, Place, make_place

# A run that is accepted long after all that is written here.
LATER = str(UUID(int=2_000_000_000_000 << 80))


class Models(Gateway):
    """A scripted service answers; the library is the workspace's."""

    def __init__(self, server: ModelServer, place: Place) -> None:
        super().__init__(server)
        self._place = place

    async def prompt(self, wanted: FromLibrary, ctx: Context) -> Wording:
        workspace = str(self._place.workspace.id)
        return await asyncio.to_thread(open_wording, workspace, wanted, LATER)


@pytest.fixture
def place(transactional_db: None) -> Iterator[Place]:
    yield make_place("home")
    close_engine_connection()


@pytest.fixture
def prompt(place: Place) -> Prompt:
    return add_prompt(
        workspace_id=place.workspace.id,
        name="Answer",
        text="Answer {{ message }} in {{ language ?? 'English' }}.",
        system="You work for {{ shop }}.",
        actor=None,
    )


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server('{"class": "A", "sure": 1}') as running:
        yield running


def use_of(prompt: Prompt, version: int | None = None, **values: Any) -> dict[str, Any]:
    """As the step's settings hold it."""
    values = {"message": "{{ input.message }}", "shop": "Lamps & Co", **values}
    return {"prompt": str(prompt.id), "name": prompt.name, "version": version, "values": values}


SHAPE = {
    "type": "object",
    "properties": {"class": {"type": "string"}, "sure": {"type": "number"}},
}
CLASSES = [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("ai.llm", {}),
        ("ai.agent", {}),
        ("ai.extract", {"text": "Some text", "shape": SHAPE}),
        ("ai.classify", {"text": "Some text", "classes": CLASSES}),
    ],
)
def test_the_librarys_words_take_the_place_of_the_steps_own(
    kind: str, params: dict[str, Any], place: Place, prompt: Prompt, server: ModelServer
) -> None:
    given = {**params, "saved_prompt": use_of(prompt)}
    world = QuietWorld(models=Models(server, place))
    result, _ = run_node(kind, given, [{"message": "{{ hi }}"}], world=world)
    assert result.status == "succeeded", result.reason
    told = " ".join(turn["content"] for turn in server.requests[-1]["messages"])
    assert "You work for Lamps & Co." in told
    assert "Answer {{ hi }} in English." in told, "data is not read as a template"


def test_a_pinned_version_stays_and_the_newest_follows(
    place: Place, prompt: Prompt, server: ModelServer
) -> None:
    write_version(prompt, text="Say no to {{ message }} of {{ shop }}.", actor=None)
    world = QuietWorld(models=Models(server, place))

    def told(version: int | None) -> str:
        run_node(
            "ai.llm", {"saved_prompt": use_of(prompt, version)}, [{"message": "hi"}], world=world
        )
        return str(server.requests[-1]["messages"][-1]["content"])

    assert told(1).startswith("Answer hi")
    assert told(None).startswith("Say no to hi")


def id_at(moment: datetime) -> str:
    """The id of a run that was accepted then (RFC 9562, version 7)."""
    return str(UUID(int=(int(moment.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62)))


def test_a_run_takes_the_same_version_in_all_its_tries(place: Place, prompt: Prompt) -> None:
    first = prompt.versions.get()
    run, workspace = id_at(first.written_at + timedelta(milliseconds=2)), str(place.workspace.id)
    wanted = FromLibrary(prompt=str(prompt.id), values={"message": "hi", "shop": "us"})
    write_version(prompt, text="New words for {{ message }}", actor=None)
    later = first.written_at + timedelta(seconds=1)
    prompt.versions.exclude(pk=first.pk).update(written_at=later)
    assert open_wording(workspace, wanted, run).version == 1, "it was written after the run began"
    assert open_wording(workspace, wanted, LATER).version == 2
    moment = (datetime.now(tz=UTC) - began(str(uuid7()))).total_seconds()
    assert abs(moment) < 5


def test_a_prompt_that_cannot_be_used_says_what_to_do(place: Place, prompt: Prompt) -> None:
    workspace, run = str(place.workspace.id), str(uuid7())
    with pytest.raises(NodeError, match="“shop” is not filled in"):
        open_wording(workspace, FromLibrary(prompt=str(prompt.id), values={"message": "x"}), run)
    with pytest.raises(NodeError, match="“Gone” is not in the library"):
        open_wording(workspace, FromLibrary(prompt=str(uuid7()), name="Gone"), run)


def graph_with(library: dict[str, Any] | None, **params: Any) -> dict[str, Any]:
    """The test graph with a step that asks a model."""
    asks = {
        "id": "n_ask",
        "key": "ask",
        "name": "Ask",
        "type": "ai.llm",
        "params": {"saved_prompt": library, **params},
    }
    edge = {"source": "n_start", "target": "n_ask"}
    return {**GRAPH, "nodes": [*GRAPH["nodes"], asks], "edges": [*GRAPH["edges"], edge]}


def problems(place: Place, library: dict[str, Any]) -> dict[str, Any]:
    """By their codes, the values that the remedies put in place."""
    found = prompt_problems(parse_document(graph_with(library)), place.workspace.id)
    return {one.code: (one.action or {}).get("value") for one in found}


def test_what_is_wrong_with_a_prompt_is_mended_with_one_click(place: Place, prompt: Prompt) -> None:
    assert problems(place, use_of(prompt)) == {}
    mended = problems(place, use_of(prompt, shop=""))["prompt_variable"]
    assert mended["values"]["shop"] == "{{ input.shop }}"
    assert problems(place, mended) == {}
    assert problems(place, use_of(prompt, 7))["prompt_version_gone"]["version"] == 1
    without = problems(place, use_of(prompt, other="x"))["prompt_variable_unknown"]
    assert problems(place, without) == {}
    assert list(problems(place, {"prompt": str(uuid7())})) == ["prompt_gone"]


def test_a_draft_that_lacks_a_variable_says_so_and_a_used_prompt_stays(
    place: Place, prompt: Prompt
) -> None:
    graph = graph_with(use_of(prompt, shop=""))
    _, issues = save_draft(place.flow, revision=1, graph=graph, actor=None)
    assert [one.code for one in issues] == ["prompt_variable"]
    with pytest.raises(NotPossibleError, match="Archive it instead"):
        delete_prompt(prompt, actor=None)


def test_neither_own_words_nor_a_prompt_is_a_problem(place: Place) -> None:
    _, issues = save_draft(place.flow, revision=1, graph=graph_with(None), actor=None)
    assert [(one.code, one.field) for one in issues] == [("bad_param", "prompt")]


def test_a_flow_that_comes_from_elsewhere_finds_its_prompt_by_name(
    place: Place, prompt: Prompt
) -> None:
    strange = {**use_of(prompt), "prompt": str(uuid7())}
    there = make_place("elsewhere").workspace.id
    raw = json.dumps(graph_with(strange)).encode()
    flow = import_flow(raw, workspace_id=place.workspace.id, actor=None)
    assert flow.draft["nodes"][-1]["params"]["saved_prompt"] == use_of(prompt)
    lost = import_flow(raw, workspace_id=there, actor=None)
    lacking = lacks_of(read_document(lost.draft), there)
    assert [one.what for one in lacking] == ["Its prompt is not in the library here."]
