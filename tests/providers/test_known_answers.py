"""The same question is asked once: from memory later, and of one caller at the same moment."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from runtime.engine.encode import decode
from runtime.keeping import answers
from runtime.models import KnownAnswer
from runtime.network.guard import Guard
from runtime.providers.known import KnownAnswers
from runtime.providers.openai_compatible import OpenAiCompatible
from runtime.providers.protocols import ChatReply, ChatRequest, Profile, Usage
from runtime.sdk import Context, Json
from runtime.testing import QuietWorld, RunResult
from runtime.worker.answers import WorkspaceAnswers
from runtime.worker.desk import Desk
from tests.support.http import BriefClient
from tests.support.model_server import ModelServer, Scripted, model_server
from tests.support.no_answers import NoAnswers
from tests.support.one_step import Outputs, run_node

pytestmark = pytest.mark.django_db(transaction=True)
PROFILE = str(uuid4())


@dataclass
class Gateway:
    """The path to a scripted service, with answers kept in a real database."""

    server: ModelServer
    workspace: UUID = field(default_factory=uuid4)
    desk: Desk = field(default_factory=lambda: Desk("answers"))

    def __post_init__(self) -> None:
        provider = OpenAiCompatible(BriefClient(Guard(frozenset({self.server.place}))))
        base = self.server.base_url
        self._profile = Profile(PROFILE, "T", "openai_compatible", "m", base, None, 4096, 2.0, 10.0)
        self._provider = provider
        self._known = KnownAnswers(WorkspaceAnswers(self.workspace, self.desk))

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        async def ask() -> ChatReply:
            return await self._provider.chat(self._profile, request, ctx)

        if request.keep_seconds <= 0:
            return await ask()
        return await self._known.answer(self._profile, request, ctx, ask)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server("Hello!") as running:
        yield running


def ask(
    gateway: Gateway, items: list[Json] | None = None, **params: Any
) -> tuple[RunResult, Outputs]:
    settings = {"prompt": "Say hello to {{ input.name }}", "keep_for": 60, **params}
    policy = {"retry": {"attempts": 1}, "concurrency": 20}
    world = QuietWorld(models=gateway)
    found: list[Json] = items or [{"name": "Ada"}]
    return run_node("ai.llm", settings, found, world=world, policy=policy)


def cached(result: RunResult) -> list[bool]:
    usages = [decode(attempt.usage) for attempt in result.journal.attempts()]
    return [bool(usage["cached"]) for usage in usages if isinstance(usage, dict)]


def test_the_second_time_nothing_is_asked_and_nothing_is_paid(server: ModelServer) -> None:
    gateway = Gateway(server)
    first, _ = ask(gateway)
    server.answers = ["Something else"]
    second, out = ask(gateway)
    assert out == {"out": [{"text": "Hello!"}]}
    assert (len(server.requests), cached(first), cached(second)) == (1, [False], [True])
    usage = decode(second.journal.attempts()[0].usage)
    assert isinstance(usage, dict)
    assert (usage["tokens_in"], usage["tokens_out"], usage["cost"]) == (0, 0, 0.0)


OTHER: list[dict[str, Any]] = [
    {"prompt": "Say bye to {{ input.name }}"},
    {"system": "Be brief."},
    {"temperature": 0.9},
    {"max_tokens": 5},
]


@pytest.mark.parametrize("params", OTHER)
def test_another_question_is_asked(server: ModelServer, params: dict[str, Any]) -> None:
    gateway = Gateway(server)
    ask(gateway)
    ask(gateway, **params)
    assert len(server.requests) == 2


def test_other_workspaces_and_later_times_ask_anew(server: ModelServer) -> None:
    gateway = Gateway(server)
    ask(gateway)
    ask(Gateway(server))
    assert len(server.requests) == 2
    for row in KnownAnswer.objects.filter(workspace_id=gateway.workspace):
        assert answers.find(gateway.workspace, row.digest, row.expires_at.timestamp() + 1) is None
        assert answers.find(gateway.workspace, row.digest, row.expires_at.timestamp() - 1)


def test_without_the_setting_every_question_is_asked(server: ModelServer) -> None:
    gateway = Gateway(server)
    ask(gateway, keep_for=0)
    ask(gateway, keep_for=0)
    assert len(server.requests) == 2


def test_ten_who_ask_at_once_are_one_call(server: ModelServer) -> None:
    result, out = ask(Gateway(server), [{"name": "Ada"} for _ in range(10)])
    assert out == {"out": [{"text": "Hello!"}] * 10}
    assert len(server.requests) == 1
    assert sorted(cached(result)) == [False] + [True] * 9


def test_a_failure_is_not_kept(server: ModelServer) -> None:
    gateway = Gateway(server)
    down: Scripted = (500, {"error": {"message": "down"}})
    server.answers = [down]
    assert ask(gateway)[0].status == "failed"
    server.answers = ["Hello!"]
    assert ask(gateway)[0].status == "succeeded"
    assert len(server.requests) == 2


class Quiet:
    """What is needed of a context."""

    now = 0.0


async def test_runs_that_ask_the_same_at_once_are_one_call() -> None:
    known, asked = KnownAnswers(NoAnswers()), list[int]()
    profile = Profile("p", "T", "x", "m", "", None, 1, 0.0, 0.0)

    async def run(number: int) -> ChatReply:
        async def ask() -> ChatReply:
            asked.append(number)
            await asyncio.sleep(0)
            return ChatReply("Hello!", None, Usage("m", cost=0.5))

        return await known.answer(profile, ChatRequest(()), Quiet(), ask)  # type: ignore[arg-type]

    replies = await asyncio.gather(*(run(number) for number in range(10)))
    assert asked == [0]
    assert [reply.usage.cached for reply in replies] == [False] + [True] * 9
    assert sum(reply.usage.cost or 0 for reply in replies) == 0.5


async def test_who_is_stopped_while_asking_leaves_the_question_to_the_next() -> None:
    known, asked = KnownAnswers(NoAnswers()), list[int]()
    gate = asyncio.Event()
    profile = Profile("p", "T", "x", "m", "", None, 1, 0.0, 0.0)
    request, quiet = ChatRequest(()), Quiet()

    async def question(number: int) -> ChatReply:
        async def ask() -> ChatReply:
            asked.append(number)
            await gate.wait()
            return ChatReply(str(number), None, Usage("m"))

        return await known.answer(profile, request, quiet, ask)  # type: ignore[arg-type]

    first = asyncio.create_task(question(1))
    await asyncio.sleep(0)
    second = asyncio.create_task(question(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    gate.set()
    assert (await second).text == "2"
    assert asked == [1, 2]
