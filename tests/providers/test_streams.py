"""Words shown as they come: whose they are, what becomes of broken ones, and who need not hear."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from runtime.engine.shown import has_last_word
from runtime.graph.document import Document
from runtime.graph.plan import compile_plan
from runtime.providers.streams import EventReader
from runtime.sdk import Json
from runtime.testing import QuietWorld, RunResult, run_graph
from tests.engine.flows import TYPES, flow
from tests.support.gateway import Gateway
from tests.support.model_server import Cut, ModelServer, Scripted, Uses, model_server

PROTOCOLS = ["openai_compatible", "anthropic", "gemini"]
ONCE = {"retry": {"attempts": 1}}
TWICE = {"retry": {"attempts": 2, "delay_seconds": 0.01}}
LONG = "It left us on Monday, and should be there by now."


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server("unused") as running:
        running.pause = 0.02
        yield running


def llm(**more: Any) -> dict[str, Any]:
    return {"type": "ai.llm", "params": {"prompt": "Where is it?"}, "policy": ONCE, **more}


def ran(
    server: ModelServer,
    document: Document,
    *answers: Scripted,
    provider: str = "openai_compatible",
    mode: str = "test",
) -> tuple[RunResult, list[Mapping[str, Any]]]:
    server.answers = list(answers)
    world = QuietWorld(models=Gateway(server, provider))
    items: list[Json] = [{}]
    result = run_graph(document, TYPES, items=items, world=world, mode=mode)
    return result, world.words


def takes(words: list[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """What was heard of each take, of each step: all but perhaps the last words of it."""
    found: dict[tuple[str, str], str] = {}
    for said in words:
        place = (said["key"], said["take"])
        assert said["at"] == len(found.get(place, "")), "nothing is missing and nothing comes twice"
        found[place] = found.get(place, "") + said["words"]
    return found


@pytest.mark.parametrize("provider", PROTOCOLS)
def test_words_come_before_the_answer_and_are_the_same(server: ModelServer, provider: str) -> None:
    document = flow({"start": "trigger.manual", "ask": llm()}, "start -> ask")
    result, words = ran(server, document, LONG, provider=provider)
    output: Any = result.output
    assert output == [{"text": LONG}]
    heard = takes(words)
    assert set(heard) == {("ask", "1.1")}
    assert LONG.startswith(heard["ask", "1.1"])
    assert len(words) > 1, "they came bit by bit"
    usage = json.loads(result.journal.attempts()[0].usage or b"")
    assert (usage["tokens_in"], usage["tokens_out"], usage["model"]) == (100, 20, "scripted-1")


@pytest.mark.parametrize("provider", PROTOCOLS)
def test_an_agent_is_heard_and_its_tools_are_not_taken_for_it(
    server: ModelServer, provider: str
) -> None:
    tool = llm(name="Look it up", params={"prompt": {"$model": "what to look up"}})
    agent = {"type": "ai.agent", "params": {"goal": "Find it"}, "policy": ONCE}
    document = flow(
        {"start": "trigger.manual", "agent": agent, "look": tool},
        "start -> agent",
        "agent.tools -> look",
    )
    use = Uses(("look", {"prompt": "order A-17"}))
    found = "Order A-17 left the house on Monday"
    result, words = ran(server, document, use, found, LONG, provider=provider)
    output: Any = result.output
    assert output[0]["text"] == LONG
    assert output[0]["used"] == [{"tool": "look", "arguments": {"prompt": "order A-17"}}]
    heard = takes(words)
    assert set(heard) == {("look", "1.1"), ("agent", "1.1")}
    assert found.startswith(heard["look", "1.1"])
    assert LONG.startswith(heard["agent", "1.1"])
    assert {said["key"]: said["answers"] for said in words} == {"look": False, "agent": True}


@pytest.mark.parametrize("provider", PROTOCOLS)
def test_what_broke_off_is_tried_again_and_said_anew(server: ModelServer, provider: str) -> None:
    document = flow({"start": "trigger.manual", "ask": llm(policy=TWICE)}, "start -> ask")
    result, words = ran(server, document, Cut(), LONG, provider=provider)
    first, second = result.journal.attempts()
    assert (first.status, second.status) == ("failed", "succeeded")
    assert b"broke off" in (first.error or b"")
    assert LONG.startswith(takes(words)["ask", "2.1"])


@pytest.mark.parametrize("provider", PROTOCOLS)
def test_an_error_in_the_middle_is_no_answer(server: ModelServer, provider: str) -> None:
    error = {"type": "error", "error": {"message": "Overloaded"}}
    body = f"data: {json.dumps(error)}\n\n".encode()
    server.media_type = "text/event-stream"
    document = flow({"start": "trigger.manual", "ask": llm()}, "start -> ask")
    result, words = ran(server, document, body, provider=provider)
    assert result.status == "failed"
    assert "Overloaded" in str(result.reason)
    assert words == []


def test_a_service_that_knows_no_streams_is_asked_without(server: ModelServer) -> None:
    document = flow({"start": "trigger.manual", "ask": llm()}, "start -> ask")
    refusal = (400, {"error": {"message": "stream is not supported here"}})
    result, words = ran(server, document, refusal, LONG)
    output: Any = result.output
    assert output == [{"text": LONG}]
    assert [asked.get("stream") for asked in server.requests] == [True, None]
    server.streams = False  # another one just answers at once
    result, words = ran(server, document, LONG)
    assert result.status == "succeeded"
    assert words == []


NOBODY_LOOKS: list[tuple[str, dict[str, Any], bool]] = [
    ("a live run by hand", {"type": "trigger.manual"}, False),
    ("a live call", {"type": "trigger.webhook", "params": {"path": "a"}}, False),
    ("a chat", {"type": "trigger.chat", "params": {"path": "a"}}, True),
]


@pytest.mark.parametrize(
    ("trigger", "heard"), [pytest.param(t, h, id=name) for name, t, h in NOBODY_LOOKS]
)
def test_only_where_somebody_looks_on(
    server: ModelServer, trigger: dict[str, Any], heard: bool
) -> None:
    document = flow({"start": trigger, "ask": llm()}, "start -> ask")
    _, words = ran(server, document, LONG, mode="live")
    assert bool(words) is heard
    assert server.requests[0].get("stream") is (True if heard else None)


def test_fields_are_not_words(server: ModelServer) -> None:
    shape = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    step = llm(params={"prompt": "How many?", "answer": "json", "shape": shape})
    document = flow({"start": "trigger.manual", "ask": step}, "start -> ask")
    result, words = ran(server, document, '{"n": 7}')
    assert result.status == "succeeded"
    assert words == []


LAST_WORDS = [
    ("nothing follows", ["start -> ask"], True),
    ("only a Respond follows", ["start -> ask", "ask -> respond"], True),
    ("somebody looks it over", ["start -> ask", "ask -> check"], False),
    ("of two ways one goes on", ["start -> ask", "ask -> respond", "ask -> check"], False),
    ("its failure goes on", ["start -> ask", "ask.error -> check"], True),
]


@pytest.mark.parametrize(
    ("wires", "has"), [pytest.param(w, h, id=name) for name, w, h in LAST_WORDS]
)
def test_who_has_the_last_word(wires: list[str], has: bool) -> None:
    steps = {
        "start": "trigger.manual",
        "ask": llm(policy={"on_error": "error_port"}),
        "respond": "flow.respond",
        "check": "data.limit",
    }
    named = {name: step for name, step in steps.items() if name in " ".join(wires)}
    plan = compile_plan(flow(named, *wires), TYPES)
    assert has_last_word(plan, plan.nodes[plan.by_key["ask"]]) is has


WHOLE = (
    b'data: {"a": 1}\r\n\r\n: a comment\n\ndata: two\ndata: lines\n\n'
    b"event: x\ndata: \xe2\x82\xac\n\n"
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_are_read_however_they_are_cut(size: int) -> None:
    reader, found = EventReader(), list[str]()
    for start in range(0, len(WHOLE), size):
        found += reader.feed(WHOLE[start : start + size])
    found += reader.feed(b"", final=True)
    assert found == ['{"a": 1}', "two\nlines", "€"]
