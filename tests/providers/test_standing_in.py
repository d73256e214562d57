"""A model that cannot answer: another one is asked, and the run says so."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from builder.models import ModelProfile, Workspace
from builder.services.model_profiles import save_model_profile
from builder.services.refusals import NotPossibleError
from runtime.engine.encode import decode
from runtime.network.guard import Guard
from runtime.providers.gateway import ModelGateway
from runtime.sdk import Json
from runtime.testing import QuietWorld, RunResult
from tests.support.http import BriefClient
from tests.support.model_server import Hang, ModelServer, Scripted, model_server
from tests.support.one_step import run_node

pytestmark = pytest.mark.django_db(transaction=True)


class House:
    """A workspace with three models, each standing in for the one before."""

    def __init__(self, servers: list[ModelServer]) -> None:
        self.servers = servers
        self.workspace = Workspace.objects.create(name="Models")
        self.profiles: list[ModelProfile] = []
        for number, server in enumerate(servers):
            values = {"name": f"M{number}", "model": f"m{number}", "base_url": server.base_url}
            made = ModelProfile(workspace=self.workspace)
            self.profiles.append(save_model_profile(made, values, actor=None))
        for one, following in zip(
            self.profiles, [*self.profiles[1:], self.profiles[0]], strict=True
        ):
            save_model_profile(one, {"fallback": following, "patience_seconds": 4}, actor=None)

    def ask(self, *answers: Scripted, message: str = "", **params: Any) -> RunResult:
        for server, answer in zip(self.servers, answers, strict=True):
            server.answers = [answer]
        places = frozenset(server.place for server in self.servers)
        gateway = ModelGateway(str(self.workspace.id), BriefClient(Guard(places)))
        asked: dict[str, Any] = {"prompt": "Hello?", "model": str(self.profiles[0].id)}
        settings, items = {**asked, **params}, list[Json]([{"message": message}])
        policy = {"retry": {"attempts": 1}}
        result, _ = run_node(
            "ai.llm", settings, items, world=QuietWorld(models=gateway), policy=policy
        )
        return result

    @property
    def asked(self) -> list[int]:
        return [len(server.requests) for server in self.servers]


@pytest.fixture
def house() -> Iterator[House]:
    with ExitStack() as stack:
        yield House([stack.enter_context(model_server("unused")) for _ in range(3)])


DOWN: Scripted = (503, {"error": {"message": "down"}})
CASES: list[tuple[tuple[Scripted, Scripted, Scripted], str, list[int]]] = [
    (("a", "b", "c"), "succeeded", [1, 0, 0]),
    ((DOWN, "b", "c"), "succeeded", [1, 1, 0]),
    ((DOWN, (429, {}), "c"), "succeeded", [1, 1, 1]),
    (((401, {}), "b", "c"), "succeeded", [1, 1, 0]),
    ((Hang(), "b", "c"), "succeeded", [1, 1, 0]),
    ((DOWN, DOWN, DOWN), "failed", [1, 1, 1]),
    (((400, {}), "b", "c"), "failed", [1, 0, 0]),
]


@pytest.mark.parametrize(("answers", "status", "asked"), CASES)
def test_the_next_one_is_asked_where_that_can_help(
    house: House, answers: tuple[Scripted, ...], status: str, asked: list[int]
) -> None:
    result = house.ask(*answers)
    assert (result.status, house.asked) == (status, asked)
    told = [line.message for line in result.journal.logs() if "asked instead" in line.message]
    assert len(told) == sum(asked) - 1


def test_the_run_says_who_answered(house: House) -> None:
    result = house.ask(DOWN, "b", "c")
    usage = decode(result.journal.attempts()[0].usage)
    assert isinstance(usage, dict)
    assert usage["model"] == "scripted-1"
    assert "“M0” could not answer, so “M1” was asked instead." in [
        line.message for line in result.journal.logs()
    ]


def test_nobody_stands_in_for_itself_or_for_other_workspaces(house: House) -> None:
    one = house.profiles[0]
    with pytest.raises(NotPossibleError, match="for itself"):
        save_model_profile(one, {"fallback": one}, actor=None)
    other = ModelProfile(workspace=Workspace.objects.create(name="Other"))
    values = {"name": "X", "model": "x", "base_url": "https://api.example.com/v1"}
    save_model_profile(other, values, actor=None)
    with pytest.raises(NotPossibleError, match="not in your workspace"):
        save_model_profile(one, {"fallback": other}, actor=None)


LENGTHS = [("short", [1, 0, 0]), ("a text of more than twenty letters", [0, 1, 0])]


@pytest.mark.parametrize(("message", "asked"), LENGTHS)
def test_the_case_says_which_model_is_asked(house: House, message: str, asked: list[int]) -> None:
    rows: list[Json] = [
        {"left": "{{ input.message | length }}", "operator": "greater", "right": 20}
    ]
    case: Json = {"conditions": {"rows": rows}, "model": str(house.profiles[1].id)}
    result = house.ask("a", "b", "c", message=message, cases=[case])
    assert (result.status, house.asked) == ("succeeded", asked), result.reason
