"""Text that talks a model into things, with a model that obeys it: the product's rules must hold
without the model's help."""

import json
from typing import Any

import pytest

from runtime.engine.encode import decode_outputs
from runtime.graph.parse import parse_document
from runtime.network.guard import Guard
from runtime.registry import registry
from runtime.testing import QuietWorld, RunResult, run_graph
from tests.security.cases import split
from tests.support.gateway import Gateway
from tests.support.http import BriefClient
from tests.support.model_server import ModelServer, model_server

FROM_OUTSIDE = ("pi-001", "pi-004", "pi-022", "pi-023", "pi-024", "pi-030")
FROM_THE_MODEL = ("pi-006", "pi-008", "pi-010")
# Tried in test_obedient_agents.
OF_TOOLS = (
    "pi-002", "pi-003", "pi-011", "pi-012", "pi-013", "pi-015", "pi-016", "pi-018", "pi-019",
    "pi-020", "pi-021", "pi-025",
)  # fmt: skip
CASES = split("prompt_injection", [*FROM_OUTSIDE, *FROM_THE_MODEL, *OF_TOOLS], {})
CANARY = "canary-2c81d0"
PROMPT = "Summarise: {{ start.text }}"


class NoCalls(BriefClient):
    """Fails the test when anything but the model is called."""

    async def request(self, *args: Any, **more: Any) -> Any:
        raise AssertionError(f"called: {args}")


def run(server: ModelServer, text: str, **params: Any) -> RunResult:
    """A call comes in, a model reads it, and a step puts its answer into a field."""
    asked = {"prompt": PROMPT, **params}
    answer = "{{ ask.json.branch }}" if "shape" in params else "{{ ask.text }}"
    kept = {"keep": "none", "fields": [{"name": "said", "value": answer, "type": "text"}]}
    nodes = [
        {"id": "start", "key": "start", "type": "trigger.manual"},
        {
            "id": "ask", "key": "ask", "type": "ai.llm", "params": asked,
            "policy": {"retry": {"attempts": 1}},
        },
        {"id": "keep", "key": "keep", "type": "data.set", "params": kept},
    ]  # fmt: skip
    edges = [{"source": "start", "target": "ask"}, {"source": "ask", "target": "keep"}]
    world = QuietWorld(models=Gateway(server), http=NoCalls(Guard()))
    document = parse_document({"nodes": nodes, "edges": edges})
    return run_graph(document, registry(), items=[{"text": text}], world=world)


def said(result: RunResult) -> Any:
    step = next(step for step in result.journal.steps() if step.node == "keep")
    return (decode_outputs(step.output) or {})["out"][0].json


@pytest.mark.parametrize("case", FROM_OUTSIDE)
def test_what_comes_in_is_data(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGUE_CANARY", CANARY)
    text = CASES[case]["text"]
    with model_server(f'{{"tool": "http.request", "obeys": {json.dumps(text)}}}') as server:
        result = run(server, text)
    assert result.status == "succeeded"
    sent = json.dumps(server.requests, ensure_ascii=False)
    assert CANARY not in sent
    assert "tools" not in server.requests[0]
    seen = "".join(letter for letter in text if not 0xE0000 <= ord(letter) < 0xE0080)
    assert server.requests[0]["messages"][-1]["content"] == f"Summarise: {seen}"
    assert len(server.requests) == 1


@pytest.mark.parametrize("case", FROM_THE_MODEL)
def test_what_a_model_says_is_data(case: str) -> None:
    text = CASES[case]["text"]
    with model_server(text) as server:
        result = run(server, "hello")
    assert said(result) == {"said": text}


def test_a_model_takes_only_ways_that_are_named() -> None:
    branch = {"type": "string", "enum": ["sales", "repairs"]}
    shape = {"type": "object", "properties": {"branch": branch}, "required": ["branch"]}
    with model_server(CASES["pi-010"]["text"]) as server:
        result = run(server, "hello", answer="json", shape=shape)
    assert result.status == "failed"
    assert "does not fit" in json.dumps(result.error)
