"""The agent over a scripted model service, in each protocol and in the form for models without."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest

from runtime.engine.history import History
from runtime.graph.document import Document
from runtime.sdk import Context, Json
from runtime.sdk.meaning import MeaningKind, Measured
from runtime.testing import PlainFacts, PlainMemory, QuietWorld, RunResult, run_graph
from tests.engine.flows import TYPES, flow
from tests.engine.test_inner import answered
from tests.support.gateway import Gateway
from tests.support.meaning import FOLDER, BriefModels
from tests.support.model_server import ModelServer, Scripted, Uses, model_server

ONCE = {"retry": {"attempts": 1}}
ECHO = {
    "type": "test.echo",
    "name": "Find the order",
    "params": {"value": {"$model": "the number of the order"}, "about": "{{ input.shop }}"},
}
SHOUT = ("echo", {"value": "A-17"})
FIELDS: dict[str, Json] = {
    "type": "object",
    "properties": {"days": {"type": "integer"}},
    "required": ["days"],
    "additionalProperties": False,
}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server("unused") as running:
        yield running


def agent(params: dict[str, Any] | None = None, **tools: Any) -> Document:
    tools = tools or {"echo": ECHO}
    work = {
        "type": "ai.agent",
        "name": "Helper",
        "params": {"goal": "Where is order {{ input.order }}?", **(params or {})},
        "policy": ONCE,
    }
    wires = ["start -> agent", *(f"agent.tools -> {key}" for key in tools)]
    return flow({"start": "trigger.manual", "agent": work, **tools}, *wires)


def work(
    server: ModelServer,
    document: Document,
    *answers: Scripted,
    provider: str = "openai_compatible",
    native: bool = True,
    history: History | None = None,
    memory: PlainMemory | None = None,
) -> RunResult:
    server.answers = list(answers)
    gateway = Gateway(server, provider, native_tools=native)
    items: list[Json] = [{"order": "A-17", "shop": "Lamps"}]
    world = QuietWorld(models=gateway, memory=memory)
    return run_graph(document, TYPES, items=items, world=world, history=history)


def made(result: RunResult) -> dict[str, Any]:
    assert result.status == "succeeded", result.reason
    output: Any = result.output
    return dict(output[0])


@pytest.mark.parametrize("provider", ["openai_compatible", "anthropic", "gemini"])
def test_it_uses_a_tool_and_answers_in_each_protocol(server: ModelServer, provider: str) -> None:
    result = work(server, agent(), Uses(SHOUT), "It left on Monday.", provider=provider)
    assert made(result) == {
        "text": "It left on Monday.",
        "used": [{"tool": "echo", "arguments": {"value": "A-17"}}],
        "turns": 2,
    }
    asked, went_on = server.requests
    assert "the number of the order" in json.dumps(asked), "the model is told what to fill in"
    assert "Find the order" in json.dumps(asked)
    assert "Lamps" not in json.dumps(asked), "but not what a person filled in"
    assert '\\"about\\": \\"Lamps\\"' in json.dumps(went_on), "and is told what the tool gave"


def test_a_model_without_tools_of_its_own_is_held_to_a_form(server: ModelServer) -> None:
    use = json.dumps({"tool": "echo", "arguments": {"value": "A-17"}})
    answer = json.dumps({"answer": "On Monday."})
    result = work(server, agent(), use, answer, native=False)
    assert made(result)["text"] == "On Monday."
    asked, went_on = server.requests
    assert "tools" not in asked
    form = asked["response_format"]["json_schema"]["schema"]
    assert [list(way["properties"]) for way in form["anyOf"]] == [["answer"], ["tool", "arguments"]]
    assert "The tool echo gave" in went_on["messages"][-1]["content"]


def test_tools_asked_for_together_are_used_together(server: ModelServer) -> None:
    other = ("echo", {"value": "B-18"})
    result = work(server, agent(), Uses(SHOUT, other), "Both left.")
    assert [use["arguments"]["value"] for use in made(result)["used"]] == ["A-17", "B-18"]
    told = [turn for turn in server.requests[1]["messages"] if turn["role"] == "tool"]
    assert [turn["tool_call_id"] for turn in told] == ["c0", "c1"]


NOT_DONE = [
    (("echo", {"value": 7}), "The arguments do not fit"),
    (("echo", {"value": "A", "about": "mine"}), "The arguments do not fit"),
    (("erase_all", {}), "There is no tool called erase_all"),
]


@pytest.mark.parametrize(("call", "told"), NOT_DONE)
def test_what_no_tool_takes_is_told_and_not_done(
    server: ModelServer, call: tuple[str, dict[str, Any]], told: str
) -> None:
    result = work(server, agent(), Uses(call), "Then not.")
    assert made(result)["used"] == []
    assert told in server.requests[1]["messages"][-1]["content"]
    assert [s.node for s in result.journal.steps() if s.node == "echo"] == []


def test_a_tool_that_fails_is_told_with_what_to_do(server: ModelServer) -> None:
    failing = {"type": "test.effect", "params": {"fail_first": 9}}
    result = work(server, agent(call=failing), Uses(("call", {})), "I could not find it.")
    assert made(result)["text"] == "I could not find it."
    assert server.requests[1]["messages"][-1]["content"] == "It failed: Not yet."


def test_the_same_again_and_again_is_refused_and_then_stopped(server: ModelServer) -> None:
    result = work(server, agent(), Uses(SHOUT))
    assert result.status == "failed"
    assert "went in circles" in str(result.reason)
    assert len([s for s in result.journal.steps() if s.node == "echo"]) == 2
    assert "You did exactly this before" in str(server.requests[-1]["messages"])


def test_in_its_last_turn_it_has_no_tools_and_has_to_answer(server: ModelServer) -> None:
    result = work(server, agent({"most_turns": 2}), Uses(SHOUT), "As far as I know, Monday.")
    assert made(result)["turns"] == 2
    assert "tools" not in server.requests[1]
    assert "no more tools" in server.requests[1]["messages"][-1]["content"]


LIMITS = [({"most_tokens": 100}, "120 tokens"), ({"most_cost": 0.0004}, "It cost 0.0004")]


@pytest.mark.parametrize(("limit", "said"), LIMITS)
def test_it_is_stopped_at_its_limits(server: ModelServer, limit: dict[str, Any], said: str) -> None:
    result = work(server, agent(limit), Uses(SHOUT))
    assert result.status == "failed"
    assert said in str(result.reason)
    assert len(server.requests) == 1


def test_uses_of_tools_are_limited_altogether_and_each(server: ModelServer) -> None:
    calls = [Uses(("echo", {"value": str(n)})) for n in range(3)]
    result = work(server, agent({"most_calls": 2}), *calls, "Enough.")
    assert len(made(result)["used"]) == 2
    assert "No more uses" in server.requests[-1]["messages"][-1]["content"]
    once = {**ECHO, "tool": {"most_calls": 1}}
    result = work(server, agent(echo=once), *calls[:2], "Enough.")
    assert len(made(result)["used"]) == 1


def test_the_answer_is_held_to_the_fields_that_were_named(server: ModelServer) -> None:
    params = {"answer": "json", "shape": FIELDS}
    result = work(server, agent(params), Uses(SHOUT), "Three days.", '{"days": 3}')
    assert made(result)["json"] == {"days": 3}
    result = work(server, agent(params), '{"days": 4}')
    assert (made(result)["json"], made(result)["turns"]) == ({"days": 4}, 1)


def test_it_plans_first_and_checks_its_answer_if_told_to(server: ModelServer) -> None:
    wrong = json.dumps({"right": False, "what_is_wrong": "The day is missing."})
    right = json.dumps({"right": True, "what_is_wrong": ""})
    answers = ["1. Look it up.", "It left.", wrong, "It left on Monday.", right]
    result = work(server, agent({"plan": True, "check": True}), *answers)
    assert made(result)["text"] == "It left on Monday."
    assert "plan" in server.requests[0]["messages"][-1]["content"]
    assert "The day is missing." in server.requests[3]["messages"][-1]["content"]


ASKING = {**ECHO, "tool": {"asks_first": True, "guidance": "Finds an order by its number."}}
SAID = [
    ({"approved": True, "note": ""}, 1, '"value": "A-17"'),
    ({"approved": False, "note": "Not today."}, 0, "did not allow it. Not today."),
]


@pytest.mark.parametrize(("said", "uses", "told"), SAID)
def test_a_person_is_asked_before_a_tool_that_asks_first(
    server: ModelServer, said: Json, uses: int, told: str
) -> None:
    first = work(server, agent(echo=ASKING), Uses(SHOUT))
    assert first.status == "waiting"
    (wait,) = first.journal.waits()
    assert b"Find the order" in (wait.details or b"")
    assert len(server.requests) == 1
    second = work(server, agent(echo=ASKING), "Done.", history=answered(first.journal, said))
    assert len(made(second)["used"]) == uses
    assert len(server.requests) == 2, "the first turn is not asked again"
    assert told in server.requests[1]["messages"][-1]["content"]
    assert "Finds an order by its number." in json.dumps(server.requests[0])


def test_an_agent_may_be_the_tool_of_another(server: ModelServer) -> None:
    helper = {"type": "ai.agent", "params": {"goal": {"$model": "what to find"}}, "policy": ONCE}
    document = flow(
        {
            "start": "trigger.manual",
            "agent": {"type": "ai.agent", "params": {"goal": "Help."}, "policy": ONCE},
            "helper": helper,
            "echo": ECHO,
        },
        "start -> agent",
        "agent.tools -> helper",
        "helper.tools -> echo",
    )
    answers: list[Scripted] = [
        Uses(("helper", {"goal": "Find A-17"})),
        Uses(SHOUT),
        "Monday.",
        "On Monday, dear.",
    ]
    result = work(server, document, *answers)
    assert made(result)["text"] == "On Monday, dear."
    inside = [s.iteration for s in result.journal.steps() if s.node == "echo"]
    assert inside == ["agent.0:2/helper.0:2"]


TALKS: dict[str, Any] = {"conversation": "visitor-1", "remembers": 4}


def said(server: ModelServer, number: int = -1) -> list[tuple[str, str]]:
    """What the model was told in a call, but for its rules."""
    turns = server.requests[number]["messages"]
    return [(turn["role"], turn["content"]) for turn in turns[1:]]


def test_what_was_said_and_used_before_in_a_conversation_is_told(server: ModelServer) -> None:
    memory = PlainMemory()
    work(server, agent({**TALKS, "goal": "Where is it?"}), Uses(SHOUT), "Gone.", memory=memory)
    work(server, agent({**TALKS, "goal": "Since when?"}), "Monday.", memory=memory)
    question, answer, now = said(server)
    assert question == ("user", "Where is it?")
    assert answer[1].startswith("Gone.")
    assert "A-17" in answer[1], "with what the tool gave"
    assert now == ("user", "Since when?")


def test_other_conversations_know_nothing_of_it(server: ModelServer) -> None:
    memory = PlainMemory()
    work(server, agent({**TALKS, "goal": "I am Ada."}), "Hello.", memory=memory)
    other = {**TALKS, "conversation": "visitor-2", "goal": "Who am I?"}
    work(server, agent(other), "No idea.", memory=memory)
    assert said(server) == [("user", "Who am I?")]


def test_older_turns_are_forgotten(server: ModelServer) -> None:
    memory = PlainMemory()
    for number in range(5):
        work(server, agent({**TALKS, "goal": f"Question {number}"}), "Yes.", memory=memory)
    told = [text for role, text in said(server) if role == "user"]
    assert told == ["Question 2", "Question 3", "Question 4"]


def test_or_summarised_once_there_is_enough_of_them(server: ModelServer) -> None:
    memory = PlainMemory()
    talk = {**TALKS, "older": "summarise"}
    for number in range(3):
        work(server, agent({**talk, "goal": f"Question {number}"}), "Yes.", memory=memory)
    work(server, agent({**talk, "goal": "Question 3"}), "Yes.", "They asked a lot.", memory=memory)
    asked = str(server.requests[-1]["messages"])
    assert "Question 0" in asked
    assert "Question 3" not in asked
    work(server, agent({**talk, "goal": "Question 4"}), "Yes.", memory=memory)
    summary, *rest = said(server)
    assert summary == ("system", "Earlier in this conversation: They asked a lot.")
    assert [text for role, text in rest if role == "user"][-1] == "Question 4"
    assert "Question 0" not in str(rest)


def test_a_single_question_to_a_model_may_go_on_with_a_conversation_too(
    server: ModelServer,
) -> None:
    memory = PlainMemory()
    for prompt in ("I am Ada.", "Who am I?"):
        params = {"prompt": prompt, "conversation": "visitor-1"}
        document = flow(
            {"start": "trigger.manual", "llm": {"type": "ai.llm", "params": params}},
            "start -> llm",
        )
        work(server, document, "Ada.", memory=memory)
    turns = [(turn["role"], turn["content"]) for turn in server.requests[-1]["messages"]]
    assert turns == [("user", "I am Ada."), ("assistant", "Ada."), ("user", "Who am I?")]


def test_it_checks_its_draft_against_the_sources(server: ModelServer) -> None:
    check = {
        "type": "ai.grounded",
        "name": "Check the draft",
        "params": {
            "answer": {"$model": "the draft of the answer"},
            "sources": ["Order {{ input.order }} left us on 3 March 2026."],
        },
    }
    drafts = ["Order A-17 left us on 4 March 2026.", "Order A-17 left us on 3 March 2026."]
    asked = [Uses(("check", {"answer": draft})) for draft in drafts]
    result = work(server, agent(check=check), *asked, drafts[1])
    assert made(result)["text"] == drafts[1]
    told = [request["messages"][-1]["content"] for request in server.requests]
    assert "nothing supports it" in told[1]
    assert "source 1" in told[2]


class Measuring(Gateway):
    """Measures by the built-in model."""

    async def embed(
        self,
        texts: Sequence[str],
        ctx: Context,
        *,
        kind: MeaningKind = "passage",
        profile: str | None = None,
    ) -> Measured:
        return await BriefModels(uuid4()).embed(texts, ctx, kind=kind, profile=profile)


def test_it_remembers_facts_about_somebody_for_later_talks(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.providers.gateway._folder", lambda: FOLDER)
    facts = PlainFacts()
    world = QuietWorld(models=Measuring(server), facts=facts)
    items: list[Json] = [{"order": "A-17", "shop": "Lamps"}]

    def talk(*answers: Scripted) -> dict[str, Any]:
        server.answers = list(answers)
        document = agent({"facts_about": "{{ input.shop }}"})
        return made(run_graph(document, TYPES, items=items, world=world))

    told = ["It opens at nine.", "It has moved to Rome."]
    found = talk(Uses(("remember_facts", {"facts": told})), "I will remember that.")
    assert found["used"] == [{"tool": "remember_facts", "arguments": {"facts": told}}]
    talk(Uses(("recall_facts", {"question": "In which city is it?"})), "In Rome.")
    offered = {tool["function"]["name"] for tool in server.requests[-1]["tools"]}
    assert offered == {"echo", "remember_facts", "recall_facts"}
    (gave,) = [turn for turn in server.requests[-1]["messages"] if turn["role"] == "tool"]
    assert gave["content"].splitlines() == ["It has moved to Rome.", "It opens at nine."]
