"""What holds for every policy, every acyclic graph and every document."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.engine.retry import LONGEST_RETRY_AFTER, back_off, decide
from runtime.expressions import parse_template
from runtime.graph.document import Document, canonical, content_hash
from runtime.graph.parse import parse_document
from runtime.sdk import Backoff, ErrorClass, Jitter, NodeError, Retry
from runtime.testing import run_graph
from tests.engine.flows import TYPES

UNIT = st.floats(0, 1, exclude_max=True)
RETRIES = st.builds(
    Retry,
    attempts=st.integers(1, 100),
    backoff=st.sampled_from(Backoff),
    delay_seconds=st.floats(0, 1000),
    max_delay_seconds=st.floats(0, 5000),
    jitter=st.sampled_from(Jitter),
    budget_seconds=st.none() | st.floats(0.1, 10_000),
)
CALM = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@given(RETRIES, st.integers(1, 200), UNIT)
def test_a_delay_is_never_negative_nor_above_the_maximum(
    retry: Retry, failures: int, draw: float
) -> None:
    assert 0 <= back_off(retry, failures, lambda: draw) <= retry.max_delay_seconds


@given(RETRIES, st.integers(1, 60), UNIT)
def test_a_delay_follows_its_formula(retry: Retry, failures: int, draw: float) -> None:
    base, longest = retry.delay_seconds, retry.max_delay_seconds
    if retry.backoff is Backoff.RANDOM:
        wanted = min(longest, base + draw * max(0.0, longest - base))
    else:
        doubled = 2.0 ** (failures - 1) if retry.backoff is Backoff.EXPONENTIAL else 1.0
        wanted = min(longest, base * doubled) * (draw if retry.jitter is Jitter.FULL else 1)
    assert back_off(retry, failures, lambda: draw) == wanted


@given(RETRIES, st.integers(1, 120), st.floats(0, 20_000), st.none() | st.floats(-5, 9_000), UNIT)
def test_a_decision_keeps_to_tries_budget_and_what_the_other_side_asked(
    retry: Retry, number: int, spent: float, asked: float | None, draw: float
) -> None:
    error = NodeError("Busy.", error_class=ErrorClass.STATUS_429, retry_after=asked)
    decision = decide(retry, number=number, error=error, spent_seconds=spent, random=lambda: draw)
    if number >= retry.attempts:
        assert not decision.again
    if decision.again:
        assert decision.delay >= min(max(asked or 0.0, 0.0), LONGEST_RETRY_AFTER)
        assert retry.budget_seconds is None or spent + decision.delay <= retry.budget_seconds
    assert decision.why


@st.composite
def acyclic(draw: st.DrawFn) -> Document:
    """A trigger and up to nine steps; wires only lead onwards."""
    kinds = ["data.set", "flow.if", "flow.merge", "test.blend", "test.fails"]
    nodes: list[dict[str, Any]] = [{"id": "n0", "key": "n0", "type": "trigger.manual"}]
    edges: list[dict[str, str]] = []
    for number in range(1, draw(st.integers(1, 9)) + 1):
        nodes.append(_node(f"n{number}", draw(st.sampled_from(kinds)), draw))
        sources = draw(st.lists(st.integers(0, number - 1), max_size=4, unique=True))
        for source in sources:
            exits = {"flow.if": ["true", "false"]}.get(nodes[source]["type"], ["out"])
            if nodes[source].get("policy"):
                exits = [*exits, "error"]
            entries = ["a", "b"] if nodes[number]["type"] == "flow.merge" else ["in"]
            edges.append(
                {
                    "source": f"n{source}",
                    "source_port": draw(st.sampled_from(exits)),
                    "target": f"n{number}",
                    "target_port": draw(st.sampled_from(entries)),
                }
            )
    return parse_document({"nodes": nodes, "edges": edges})


def _node(key: str, kind: str, draw: st.DrawFn) -> dict[str, Any]:
    if kind == "test.fails":  # a number that is none, for some items
        fields = [{"name": "x", "value": "{{ input.n ?? 'none' }}", "type": "number"}]
        policy = {"on_error": draw(st.sampled_from(["error_port", "continue"]))}
        spec = {"type": "data.set", "params": {"fields": fields}}
        return {"id": key, "key": key, **spec, **({"policy": policy} if policy else {})}
    params: dict[str, Any] = {}
    if kind == "flow.if":
        rows = [{"left": "{{ input.n }}", "operator": "equals", "right": draw(st.integers(0, 2))}]
        params = {"conditions": {"match": "all", "rows": rows}}
    if kind == "flow.merge":
        params = {"how": draw(st.sampled_from(["append", "by_position", "any", "first"]))}
    return {"id": key, "key": key, "type": kind, "params": params}


def runnable(document: Document) -> Document:
    """Without wires from an error exit that is not there."""
    exits = {n.id: n.policy.get("on_error") == "error_port" for n in document.nodes}
    edges = tuple(e for e in document.edges if e.source_port != "error" or exits[e.source])
    return document.model_copy(update={"edges": edges})


@CALM
@given(acyclic().map(runnable), st.lists(st.integers(0, 2), max_size=4))
def test_every_acyclic_graph_ends_with_every_step_done_or_skipped(
    document: Document, numbers: list[int]
) -> None:
    result = run_graph(document, TYPES, items=[{"n": n} for n in numbers])
    steps = result.journal.steps()
    assert result.status == "succeeded", result.reason
    assert sorted(s.node for s in steps) == sorted(n.key for n in document.nodes)
    assert {s.status for s in steps} <= {"succeeded", "skipped"}
    numbers_of_events = [s.seq for s in steps]
    assert len(set(numbers_of_events)) == len(steps)


@CALM
@given(acyclic())
def test_a_document_survives_being_written_and_read(document: Document) -> None:
    text = canonical(document)
    again = parse_document(text)
    assert again == document
    assert (canonical(again), content_hash(again)) == (text, content_hash(document))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(codec="ascii", exclude_characters="\x00")), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@CALM
@given(JSON)
def test_params_come_back_as_they_were(value: Any) -> None:
    node = {"id": "a", "key": "a", "type": "data.set", "params": {"value": value}}
    document = parse_document({"nodes": [node]})
    assert parse_document(canonical(document)).nodes[0].params == {"value": value}
    assert json.loads(canonical(document))["nodes"][0]["params"] == {"value": value}


@given(st.text().filter(lambda text: "{{" not in text))
def test_plain_text_is_no_template(text: str) -> None:
    assert parse_template(text) is None


@CALM
@given(st.lists(st.integers(0, 5), min_size=1, max_size=6))
def test_descent_survives_split_and_merge(sizes: list[int]) -> None:
    lists: list[Any] = [{"id": n, "list": [*range(size)]} for n, size in enumerate(sizes)]
    nodes = [
        {"id": "start", "key": "start", "type": "trigger.manual"},
        {
            "id": "split",
            "key": "split",
            "type": "data.split_out",
            "params": {"list": "{{ input.list }}"},
        },
        {"id": "merge", "key": "merge", "type": "flow.merge"},
        {
            "id": "end",
            "key": "end",
            "type": "data.set",
            "params": {"keep": "none", "fields": [{"name": "id", "value": "{{ start.id }}"}]},
        },
    ]
    edges = [
        {"source": "start", "target": "split"},
        {"source": "split", "target": "merge", "target_port": "a"},
        {"source": "start", "target": "merge", "target_port": "b"},
        {"source": "merge", "target": "end"},
    ]
    result = run_graph(parse_document({"nodes": nodes, "edges": edges}), TYPES, items=lists)
    split = [{"id": n} for n, size in enumerate(sizes) for _ in range(size)]
    assert result.output == [*split, *({"id": n} for n in range(len(sizes)))]
