"""What every step that asks a model makes of every fault of its service: tries, exit, and cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from runtime.network.guard import Guard
from runtime.providers.gateway import ModelGateway
from runtime.providers.protocols import Profile
from runtime.testing import QuietWorld, RunResult, run_graph
from tests.engine.flows import TYPES, flow
from tests.support.http import BriefClient
from tests.support.model_server import Cut, Hang, ModelServer, Scripted, model_server
from tests.support.paper_ledger import PaperLedger

SHAPE: dict[str, Any] = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}
NODES: dict[str, dict[str, Any]] = {
    "ai.llm": {"prompt": "Say hello"},
    "ai.extract": {"text": "Seven", "shape": SHAPE},
    "ai.classify": {
        "text": "Hello",
        "classes": [
            {"id": "one", "name": "One", "about": "one"},
            {"id": "two", "name": "Two", "about": "two"},
        ],
    },
    "ai.ensemble": {"prompt": "How many?", "shape": SHAPE, "voices": [{"times": 1}]},
    "ai.agent": {"goal": "Say hello"},
    "ai.guardrail": {"text": "Hello", "rule": "It is kind."},
    "ai.moderate": {"text": "Hello", "by": "model", "categories": [{"category": "hate"}]},
    "ai.judge": {},
    "ai.grounded": {"answer": "It is kind today.", "sources": ["It is."], "by": "model"},
    "data.validate": {"by": "schema", "shape": SHAPE, "mend": True},
}
GOOD: dict[str, str] = {
    "ai.llm": "Hello!",
    "ai.extract": '{"n": 7}',
    "ai.classify": '{"class": "One", "sure": 1.0}',
    "ai.ensemble": '{"n": 7}',
    "ai.agent": "Hello!",
    "ai.guardrail": '{"keeps": true, "why": "It is."}',
    "ai.moderate": '{"hate": 0.0}',
    "ai.grounded": '{"sources": [1]}',
    "ai.judge": '{"A": {"Quality": 9, "why": "It is."}}',
    "data.validate": '{"n": 7}',
}


@dataclass(frozen=True)
class Fault:
    """`outcome`: how the ledger calls it; `again`: whether another try may help;
    `costs`: nothing, what was told, or the most it can be."""

    answer: Scripted
    outcome: str
    again: bool
    costs: str


FAULTS = {
    "busy": Fault((429, {"error": {"message": "slow down"}}), "status_429", True, "nothing"),
    "broken": Fault((500, {}), "status_5xx", True, "nothing"),
    "silent": Fault(Hang(), "timeout", True, "most"),
    "cut off": Fault(Cut(), "network", True, "nothing"),
    "no JSON": Fault(b'{"choices": [', "bad_answer", False, "most"),
    "a page": Fault(b"<html>Welcome</html>", "bad_answer", False, "most"),
    "an error called 200": Fault(
        (200, {"error": {"message": "no"}}), "bad_answer", False, "nothing"
    ),
    "empty": Fault(
        (
            200,
            {
                "choices": [{"message": {"content": None}}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 0},
            },
        ),
        "bad_answer",
        False,
        "told",
    ),
}
# They ask in the same way as Guardrail does; each fault meets one of the policies.
ASKING_ALIKE = frozenset({"ai.moderate", "ai.judge", "ai.grounded", "data.validate"})
POLICIES = {"once": (1, "stop"), "again": (2, "stop"), "goes on": (1, "continue")}


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server("unused") as running:
        yield running


def run(
    server: ModelServer,
    type_: str,
    attempts: int,
    on_error: str,
    *answers: Scripted,
    away: bool = False,
) -> tuple[RunResult, PaperLedger]:
    server.answers, server.requests[:] = list(answers), []
    ledger, id_ = PaperLedger(away=away), str(uuid4())
    brief = 0.3 if attempts == 1 else 1.5  # the second try must have the time to answer
    patience = brief if any(isinstance(one, Hang) for one in answers) else 20.0
    profile = Profile(
        id_, "GPT", "openai_compatible", "m", server.base_url, None, 4096, 2.0, 10.0, patience
    )
    gateway = ModelGateway(
        str(ledger.workspace), BriefClient(Guard(frozenset({server.place}))), None, ledger
    )

    async def known(wanted: str | None) -> Profile:
        return profile

    gateway._profile = known  # type: ignore[method-assign]  # design time holds no profile here
    retry = {"attempts": attempts, "delay_seconds": 0.01}
    step: dict[str, Any] = {
        "type": type_,
        "params": NODES[type_],
        "policy": {"retry": retry, "on_error": on_error},
    }
    document = flow({"start": "trigger.manual", "ask": step}, "start -> ask")
    world = QuietWorld(models=gateway)
    return run_graph(document, TYPES, items=[{"x": 1}], world=world), ledger


def rows() -> Iterator[tuple[str, str, str]]:
    """Every step with every fault under every policy; of those that ask alike, a third."""
    for type_, (number, name), (place, policy) in product(
        NODES, enumerate(FAULTS), enumerate(POLICIES)
    ):
        if type_ not in ASKING_ALIKE or number % len(POLICIES) == place:
            yield type_, name, policy


@pytest.mark.parametrize(("type_", "name", "policy"), list(rows()))
def test_a_fault(server: ModelServer, type_: str, name: str, policy: str) -> None:
    fault, (attempts, on_error) = FAULTS[name], POLICIES[policy]
    result, ledger = run(server, type_, attempts, on_error, fault.answer, GOOD[type_])
    helped = fault.again and (attempts > 1)
    expected = "succeeded" if helped or on_error == "continue" else "failed"
    assert result.status == expected, result.reason
    assert ledger.spent[0].outcome == fault.outcome
    most = ledger.asked[0].cost
    wanted = {"nothing": 0, "told": 100 * 2_000, "most": most}[fault.costs]
    assert ledger.spent[0].cost == wanted
    assert len(ledger.spent) == len(ledger.asked) == (2 if helped else 1)
    if helped:
        assert ledger.spent[1].cost == (100 * 2 + 20 * 10) * 1_000
    assert all(0 < spent.cost <= most or spent.cost == 0 for spent in ledger.spent)
    if type_ != "ai.agent":  # its turns are tried again, not the agent itself
        tries = {(t.node, t.number) for t in result.journal.attempts()}
        assert tries == {("ask", number + 1) for number in range(len(ledger.spent))}
    if on_error == "continue":
        assert "error" in str(result.output)


def test_blocks_are_read_and_missing_counts_are_counted(server: ModelServer) -> None:
    blocks = [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo!"}]
    answer = (200, {"choices": [{"message": {"content": blocks}}]})
    result, ledger = run(server, "ai.llm", 1, "stop", answer)
    assert result.output == [{"text": "Hello!"}]
    (spent,) = ledger.spent
    assert (spent.tokens_in > 0, spent.tokens_out, spent.cost > 0) == (True, 2, True)


def test_who_is_busy_is_left_alone_as_long_as_it_says(server: ModelServer) -> None:
    _, ledger = run(server, "ai.llm", 1, "stop", (429, {}))
    assert ledger.cooled == [0.0]  # the service says “Retry-After: 0”
    _, ledger = run(server, "ai.llm", 1, "stop", (503, {}))
    assert ledger.cooled == [5.0]


def test_an_answer_is_not_thrown_away_because_its_cost_cannot_be_written(
    server: ModelServer,
) -> None:
    result, ledger = run(server, "ai.llm", 1, "stop", "Hello!", away=True)
    assert result.output == [{"text": "Hello!"}]
    assert (len(ledger.asked), ledger.spent, len(server.requests)) == (1, [], 1)
