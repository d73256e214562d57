"""Malicious and pathological documents: refused at once, saved with a problem that keeps them from
being published, or run to an end of their own. Never a crash, never a long wait."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from builder.models import Flow
from runtime.graph.parse import parse_document
from runtime.registry import registry
from runtime.services.engine_connection import close_engine_connection
from runtime.testing import run_graph
from tests.security.cases import Case, split
from tests.support.people import Place, api, make_place

SECONDS = 10.0


@dataclass(frozen=True)
class Ends:
    """What becomes of a document."""

    save: int = 200
    problems: tuple[tuple[str, str | None], ...] = ()  # (code, field) at publishing
    change: Callable[[dict[str, Any]], dict[str, Any]] = field(default=lambda graph: graph)


def problem(code: str, place: str | None = None, **more: Any) -> Ends:
    return Ends(problems=((code, place),), **more)


def first_node(**more: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Put the corpus' idea where this product has it."""

    def change(graph: dict[str, Any]) -> dict[str, Any]:
        first, *others = graph["nodes"]
        kept = {name: value for name, value in first.items() if name not in more.get("drop", ())}
        return {**graph, "nodes": [{**kept, **more.get("add", {})}, *others]}

    return change


def position(graph: dict[str, Any]) -> dict[str, Any]:
    first = dict(graph["nodes"][0])
    return {**graph, "nodes": [{**first, "position": {"x": first.pop("x"), "y": first.pop("y")}}]}


REFUSED, TOO_LARGE = Ends(400), Ends(413)
RETRY = {"retry": {"attempts": 1_000_000_000, "delay_seconds": 0}}
TRIED: dict[str, Ends] = {
    "flow-001": Ends(),
    "flow-003": REFUSED,
    "flow-004": REFUSED,
    "flow-006": REFUSED,
    "flow-007": REFUSED,
    "flow-009": REFUSED,
    "flow-010": REFUSED,
    "flow-011": TOO_LARGE,
    "flow-013": TOO_LARGE,
    "flow-014": TOO_LARGE,
    "flow-016": problem("cycle", "wires"),
    "flow-017": problem("cycle", "wires"),
    "flow-019": Ends(),
    "flow-023": problem("dangling_wire", "wires"),
    "flow-026": problem("duplicate_id", "key"),
    "flow-027": REFUSED,
    "flow-028": Ends(),
    "flow-029": problem("param_unknown", "__proto__"),
    "flow-030": problem("unknown_type"),
    "flow-031": problem("unknown_type"),
    "flow-032": problem("unknown_type"),
    "flow-033": REFUSED,
    "flow-035": REFUSED,
    "flow-036": problem("param_unknown", "command"),
    "flow-037": problem("param_unknown", "env"),
    "flow-041": problem("unknown_type"),
    "flow-042": REFUSED,
    "flow-043": problem("address_taken", "path"),
    "flow-045": problem("bad_param", "path"),
    "flow-046": REFUSED,
    "flow-047": REFUSED,
    "flow-048": problem(
        "bad_policy",
        "policy.retry.attempts",
        change=first_node(add={"params": {"url": "https://a.example/"}, "policy": RETRY}),
    ),
    "flow-051": problem(
        "bad_param",
        "cron",
        change=first_node(add={"params": {"repeat": "cron", "cron": "0 0 30 2 *"}}),
    ),
    "flow-052": problem(
        "bad_param", "zone", change=first_node(add={"params": {"zone": "../../etc/passwd"}})
    ),
    "flow-053": REFUSED,
    "flow-054": REFUSED,
    "flow-055": Ends(400, change=position),
    "flow-063": REFUSED,
}
NOT_YET = {
    "a step that reads OpenAPI": {"flow-058"},
    "a step that reads files": {"flow-060"},
}
FAMILIES = ("openapi", "file", "subflow", "call_flow")
CASES = split("malicious_flows", [*TRIED, "flow-018", "flow-062", "flow-065"], NOT_YET)
KINDS = {
    "trigger.manual": "trigger.manual",
    "trigger.webhook": "trigger.webhook",
    "trigger.cron": "trigger.schedule",
    "set": "data.set",
    "noop": "data.set",
    "http": "http.request",
    "loop": "flow.repeat",
    "wait": "flow.wait",
    "mcp": "ai.mcp",
}


@pytest.fixture
def places(transactional_db: None) -> Iterator[tuple[Place, Place]]:
    """Two workspaces; the second one answers at /hooks/taken."""
    home, elsewhere = make_place("home"), make_place("elsewhere")
    taken = document([{"id": "a", "type": "trigger.webhook", "params": {"path": "taken"}}])
    assert Journey(elsewhere).publish(taken) == (200, [])
    yield home, elsewhere
    close_engine_connection()


class Journey:
    """An editor who saves and publishes."""

    def __init__(self, place: Place) -> None:
        self.client: Client = api(place.people["editor"])
        self.flow: Flow = place.flow

    def save(self, body: str) -> tuple[int, dict[str, Any]]:
        url = reverse("flow-draft", args=[self.flow.id])
        answer = self.client.put(url, body.encode(), content_type="application/json")
        return answer.status_code, answer.json()

    def publish(self, graph: str) -> tuple[int, list[tuple[str, str | None]]]:
        revision = Flow.objects.get(id=self.flow.id).draft_revision
        status, said = self.save(f'{{"revision": {revision}, "graph": {graph}}}')
        assert status == 200, said
        answer = self.client.post(
            reverse("flow-publish", args=[self.flow.id]),
            {"revision": revision + 1},
            content_type="application/json",
        )
        serious = [i for i in answer.json().get("issues", ()) if i["severity"] == "error"]
        assert all(i["message"] and i["fix"] for i in serious)
        return answer.status_code, [(i["code"], i["field"]) for i in serious]


@pytest.mark.parametrize("case", TRIED)
def test_a_malicious_flow(places: tuple[Place, Place], case: str) -> None:
    journey, ends = Journey(places[0]), TRIED[case]
    graph = text_of(CASES[case], ends)
    began = time.monotonic()
    if ends.save != 200:
        status, said = journey.save(f'{{"revision": 1, "graph": {graph}}}')
        assert (status, bool(said["message"])) == (ends.save, True)
        assert Flow.objects.get(id=journey.flow.id).draft_revision == 1
    else:
        status, problems = journey.publish(graph)
        assert status == (422 if ends.problems else 200), problems
        assert set(ends.problems) <= set(problems)
    assert time.monotonic() - began < SECONDS


def test_an_import_decides_nothing_but_its_name_and_graph(places: tuple[Place, Place]) -> None:
    home, elsewhere = places
    body = {
        "name": "In", "graph": json.loads(document([{"id": "a", "type": "trigger.manual"}])),
        "id": str(elsewhere.flow.id), "workspace_id": str(elsewhere.workspace.id), "live": True,
        "live_version": 3, "owner": 1, "is_superuser": True,
    }  # fmt: skip
    client = api(home.people["editor"])
    made = client.post(reverse("flow-import"), body, content_type="application/json").json()
    row = Flow.objects.get(id=made["id"])
    assert (row.workspace_id, row.live, row.live_version) == (home.workspace.id, False, None)
    assert row.id != elsewhere.flow.id


def test_a_repeat_without_end_ends() -> None:
    graph = json.loads(text_of(CASES["flow-018"], Ends()))
    graph["nodes"][1]["params"] = {"over": "times", "times": 100_000, "maximum": 100_000}
    graph["nodes"][2]["params"] = {}
    graph["edges"][1]["source_port"] = "each_round"
    graph["edges"][0]["target_port"] = "start"
    graph["edges"][2]["target_port"] = "continue"
    graph["settings"] = {"max_steps": 50}
    result = run_graph(parse_document(graph), registry())
    assert result.status == "failed"
    assert "50" in str(result.reason or result.error)


def test_what_a_model_is_told_of_a_tool_has_an_end(places: tuple[Place, Place]) -> None:
    told = {"guidance": "a" * CASES["flow-065"]["generate"]["bytes"]}
    graph = document([START, {"id": "n1", "type": "data.set", "tool": told}], wires(2))
    status, said = Journey(places[0]).save(f'{{"revision": 1, "graph": {graph}}}')
    assert status == 400
    assert "tool.guidance" in json.dumps(said)


# What once took minutes or hundreds of megabytes, each built to the document's own limits.
START: dict[str, Any] = {"id": "n0", "type": "trigger.manual"}


def chain(count: int, **params: Any) -> list[dict[str, Any]]:
    return [
        {"id": f"n{i}", "type": "data.set", "params": params} if i else {**START}
        for i in range(count)
    ]


def wires(count: int, **ports: str) -> list[dict[str, str]]:
    return [{"source": f"n{i}", "target": f"n{i + 1}", **ports} for i in range(count - 1)]


def fields(value: str) -> list[dict[str, str]]:
    return [{"name": "a", "value": value, "type": "text"}]


LARGE: dict[str, Callable[[], str]] = {
    "5,000 steps that read the first": lambda: document(
        chain(5000, fields=fields("{{ n0.x }}"))[::-1], wires(5000)
    ),
    "5,000 steps that read what is not there": lambda: document(
        [
            {**node, "params": {"fields": fields(f"{{{{ m{i}.x }}}}")} if i else {}}
            for i, node in enumerate(chain(5000))
        ],
        wires(5000),
    ),
    "5,000 Repeats": lambda: document(
        [{**node, "type": "flow.repeat"} if i else node for i, node in enumerate(chain(5000))],
        wires(5000),
    ),
    "100 Repeats inside each other": lambda: document(
        [{**node, "type": "flow.repeat"} if i else node for i, node in enumerate(chain(100))],
        wires(100, source_port="each_round", target_port="start"),
    ),
    "a name twice among a hundred thousand": lambda: (
        '{"nodes": [], "x": {' + ", ".join(f'"a{i % 99_999}": 1' for i in range(100_000)) + "}}"
    ),
}


@pytest.mark.parametrize("what", LARGE)
def test_what_is_large_is_judged_in_bounded_time(places: tuple[Place, Place], what: str) -> None:
    journey, graph = Journey(places[0]), LARGE[what]()
    began = time.monotonic()
    status, said = journey.save(f'{{"revision": 1, "graph": {graph}}}')
    assert status == (400 if "twice" in what else 200), str(said)[:300]
    assert time.monotonic() - began < SECONDS


def test_what_does_not_apply_does_not_exist() -> None:
    assert not [t for t in registry() if t.rpartition(".")[2].startswith(FAMILIES)]
    assert set(KINDS.values()) <= set(registry())


def text_of(case: Case, ends: Ends) -> str:
    """The document as this product writes one, whatever is wrong with it kept as it is."""
    made = case.get("generate")
    if made is None:
        flow = case["flow"]
        return json.dumps(ends.change(translated(flow)) if isinstance(flow, dict) else flow)
    kind, count = made["kind"], made.get("n", made.get("digits", made.get("bytes", 0)))
    if kind == "raw":
        return raw(str(made["text"]))
    if kind == "bigint":
        return f'{{"settings": {{"max_steps": {"9" * count}}}}}'
    if kind == "pad":
        return json.dumps({"nodes": [], "x": "a" * count})
    if kind == "edges":
        return document(chain(2), wires(2) * count)
    if kind == "complete":
        many = [{"source": f"n{i}", "target": f"n{j}"} for i in range(count) for j in range(i)]
        return document(chain(count), many)
    return document(chain(count), wires(count))


def raw(text: str) -> str:
    for theirs, ours in (
        ('"config"', '"params"'),
        ('"type":"set"', '"key":"a","type":"data.set"'),
        ('"version":1,', ""),
    ):
        text = text.replace(theirs, ours)
    return text


def translated(flow: dict[str, Any]) -> dict[str, Any]:
    nodes = [
        {
            "key": node["id"],
            **{("params" if name == "config" else name): v for name, v in node.items()},
            "type": KINDS.get(str(node["type"]), node["type"]),
        }
        for node in flow["nodes"]
    ]
    edges = [{"source": edge["from"], "target": edge["to"]} for edge in flow["edges"]]
    kept = {n: v for n, v in flow.items() if n not in ("version", "nodes", "edges")}
    return {**kept, "format": "segue.flow/1", "nodes": nodes, "edges": edges}


def document(nodes: list[dict[str, Any]], edges: list[dict[str, str]] | None = None) -> str:
    whole = [{"key": node["id"], **node} for node in nodes]
    return json.dumps({"format": "segue.flow/1", "nodes": whole, "edges": edges or []})
