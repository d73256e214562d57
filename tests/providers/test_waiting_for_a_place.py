"""A step whose model has no place yet: it waits without a try of its own, and says for what."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from runtime.engine.rows import StepRow, WaitRow
from runtime.providers.known import KnownAnswers
from runtime.providers.protocols import ChatReply, ChatRequest, Profile, Usage
from runtime.sdk import Context, NotNowError
from runtime.testing import QuietWorld, RunResult, run_graph
from tests.engine.flows import TYPES, flow
from tests.support.no_answers import NoAnswers

WHY = "Waits for a place at “GPT”: 5 calls a minute."


class Full:
    """A path to a model that has a place only after so many looks."""

    def __init__(self, looks: int, question: Mapping[str, Any] | None = None) -> None:
        self.looks, self.question = looks, question
        self.asked: list[str] = []
        self.most = self.now = 0

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        self.asked.append(f"{ctx.idempotency_key.rpartition('/')[2]}#{ctx.attempt}")
        if self.looks > 0:
            self.looks -= 1
            due = None if self.question else ctx.now
            raise NotNowError(WHY, due_at=due, question=self.question)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        return ChatReply('{"n": 7}', {"n": 7}, Usage("gpt", 10, 5, 0.1))


SHAPE: dict[str, Any] = {"type": "object", "properties": {"n": {"type": "integer"}}}
NODES: dict[str, dict[str, Any]] = {
    "ai.llm": {"prompt": "Hello"},
    "ai.extract": {"text": "Seven", "shape": SHAPE},
    "ai.ensemble": {"prompt": "How many?", "shape": SHAPE, "voices": [{"times": 3}]},
    "ai.agent": {"goal": "Say hello"},
}


def run(type_: str, models: Full, items: int = 1, **policy: Any) -> RunResult:
    step = {"type": type_, "params": NODES[type_], "policy": policy}
    document = flow({"start": "trigger.manual", "ask": step}, "start -> ask")
    given: list[Any] = [{"x": n} for n in range(items)]
    return run_graph(document, TYPES, items=given, world=QuietWorld(models=models))


@pytest.mark.parametrize("type_", NODES)
def test_it_goes_on_when_there_is_a_place_and_that_was_one_try(type_: str) -> None:
    models = Full(looks=2)
    result = run(type_, models, retry={"attempts": 1})
    assert result.status == "succeeded", result.reason
    numbers = {attempt.number for attempt in result.journal.attempts()}
    assert numbers == {1}
    steps = [row for row in result.journal.rows if isinstance(row, StepRow)]
    assert WHY in {row.why for row in steps if row.status == "waiting"}
    waits = [row for row in result.journal.rows if isinstance(row, WaitRow)]
    assert {row.kind for row in waits} == {"place"}
    assert waits[-1].status == "closed"


def test_items_behind_it_do_not_overtake() -> None:
    models = Full(looks=1)
    assert run("ai.llm", models, items=3, concurrency=1).status == "succeeded"
    assert models.asked == ["0#1", "0#1", "1#1", "2#1"]


def test_a_question_to_a_person_parks_the_run_with_the_items_that_have_not_begun() -> None:
    asked = {"question": "Allow 5 more?", "who": "admin"}
    result = run("ai.llm", Full(9, asked), items=3, concurrency=1)
    assert result.status == "waiting"
    (wait,) = {row.item: row for row in result.journal.rows if isinstance(row, WaitRow)}.values()
    assert (wait.kind, wait.due_at) == ("approval", None)
    assert b"Allow 5 more?" in (wait.details or b"")


async def test_who_asks_the_same_meanwhile_looks_again() -> None:
    class Quiet:
        now = 100.0

    known, gate = KnownAnswers(NoAnswers()), asyncio.Event()
    profile = Profile("p", "T", "x", "m", "", None, 1, 0.0, 0.0)

    async def question() -> ChatReply:
        async def ask() -> ChatReply:
            await gate.wait()
            raise NotNowError(WHY)

        return await known.answer(profile, ChatRequest(()), Quiet(), ask)  # type: ignore[arg-type]

    both = [asyncio.create_task(question()) for _ in range(2)]
    await asyncio.sleep(0)
    gate.set()
    first, second = await asyncio.gather(*both, return_exceptions=True)
    assert isinstance(first, NotNowError)
    assert isinstance(second, NotNowError)
    assert (first.due_at, second.due_at) == (None, 105.0)
