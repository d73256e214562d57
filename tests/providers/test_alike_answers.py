"""Kept answers for questions that mean the same: found, shown, counted as saved."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from builder.models import ModelProfile, Workspace
from builder.services.model_profiles import save_model_profile
from runtime.engine.encode import decode
from runtime.keeping import alike
from runtime.models import AlikeAnswer
from runtime.providers.known import AskedBefore
from runtime.sdk import Json
from runtime.store.model_calls import Call
from runtime.testing import QuietWorld
from runtime.worker.answers import WorkspaceAnswers
from runtime.worker.desk import Desk
from tests.support.meaning import FOLDER, BriefModels
from tests.support.model_server import ModelServer, model_server
from tests.support.one_step import run_node
from tests.support.paper_ledger import PaperLedger

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Savings(PaperLedger):
    """Writes down what was saved as well."""

    saved: list[int] = field(default_factory=list)

    async def remembered(self, call: Call, model: str, saved: int) -> None:
        self.saved.append(saved)


class House:
    """A workspace with a scripted model, and answers kept in the database."""

    def __init__(self, server: ModelServer, desk: Desk) -> None:
        self.workspace = Workspace.objects.create(name=f"Alike {uuid4()}")
        profile = ModelProfile(workspace=self.workspace)
        values = {"name": "M", "model": "m", "base_url": server.base_url, "price_out": 10}
        save_model_profile(profile, values, actor=None)
        self.ledger = Savings(self.workspace.id)
        self._models = BriefModels(
            self.workspace.id,
            server.place,
            answers=WorkspaceAnswers(self.workspace.id, desk),
            ledger=self.ledger,
        )

    def ask(self, question: str, **params: Any) -> tuple[dict[str, Json], dict[str, Any], str]:
        """What was answered, what it took, and the log."""
        settings = {"prompt": question, "keep_for": 3600, "keep_alike": True, **params}
        settings = {"least_alike": 0.7, **settings}
        world = QuietWorld(models=self._models)
        result, out = run_node("ai.llm", settings, [{}], world=world)
        usage: Any = decode(result.journal.attempts()[0].usage)
        log = " ".join(str(row) for row in result.journal.rows if "message" in dir(row))
        answer: Any = out["out"][0]
        return answer, usage, log


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server("By the link on the page.", "Second.", "Third.") as running:
        yield running


@pytest.fixture
def house(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr("runtime.providers.gateway._folder", lambda: FOLDER)
    desk = Desk("alike")
    yield House(server, desk)
    asyncio.run(desk.close())


FORGOT = "How can I set a new password?"
SAME = "How do I set a new password?"
OTHER = "How long does the delivery of a chair take?"


def test_another_wording_gets_the_answer_and_says_whose_it_is(
    house: House, server: ModelServer
) -> None:
    house.ask(FORGOT, alike_scope="workspace")
    answer, usage, log = house.ask(SAME, alike_scope="workspace")
    assert answer == {"text": "By the link on the page."}
    assert (usage["cached"], usage["cost"]) == (True, 0.0)
    assert usage["matched"]["question"] == FORGOT
    assert 0.7 <= usage["matched"]["similarity"] <= 1
    assert FORGOT in log
    assert len(server.requests) == 1
    assert house.ledger.saved, "it counts as saved, as the very same question does"
    answer, usage, _ = house.ask(OTHER, alike_scope="workspace")
    assert (answer, "matched" in usage) == ({"text": "Second."}, False)


ELSE: list[dict[str, Any]] = [
    {"system": "Be rude."},
    {"temperature": 0.9},
    {"max_tokens": 5},
    {"least_alike": 1.0},
    {"keep_alike": False},
    {"alike_scope": "step"},  # each run is a flow of its own here
]


@pytest.mark.parametrize("params", ELSE)
def test_where_anything_else_differs_the_model_is_asked(
    house: House, server: ModelServer, params: dict[str, Any]
) -> None:
    house.ask(FORGOT, alike_scope="workspace")
    answer, usage, _ = house.ask(SAME, **{"alike_scope": "workspace", **params})
    assert (answer, usage["cached"]) == ({"text": "Second."}, False)
    assert len(server.requests) == 2


def test_other_workspaces_and_later_times_find_nothing(house: House, server: ModelServer) -> None:
    house.ask(FORGOT, alike_scope="workspace")
    (row,) = AlikeAnswer.objects.filter(workspace_id=house.workspace.id)
    asked = AskedBefore(row.scope, SAME, bytes(row.vector), "multilingual-e5-small")
    over = row.expires_at.timestamp()
    assert alike.find(row.workspace_id, asked, 0.9, over - 1)
    assert alike.find(row.workspace_id, asked, 0.9, over + 1) is None
    assert alike.find(uuid4(), asked, 0.9, over - 1) is None


def test_a_measure_that_fails_costs_a_call_and_not_the_step(
    house: House, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.practice.model.installed", _not_installed)
    monkeypatch.setattr("runtime.providers.gateway._folder", lambda: FOLDER / "none")
    answer, usage, log = house.ask(FORGOT)
    assert (answer, usage["cached"]) == ({"text": "By the link on the page."}, False)
    assert "could not be measured" in log


def _not_installed() -> None:
    raise FileNotFoundError("The built-in model for meaning is not installed.")
