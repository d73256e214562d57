"""What differs between two graphs: one table of what a person would call a change."""

from typing import Any

import pytest

from runtime.graph.diff import diff
from runtime.graph.parse import parse_document
from runtime.registry import registry

START = {"id": "n_start", "key": "start", "name": "Start", "type": "trigger.manual"}
FETCH = {
    "id": "n_fetch",
    "key": "fetch",
    "name": "Fetch order",
    "type": "http.request",
    "params": {"url": "https://shop.example/{{ start.id }}"},
}
PUT = {
    "id": "n_put",
    "key": "put",
    "name": "Put together",
    "type": "data.set",
    "params": {"fields": [{"name": "a", "value": "{{ fetch.total }}", "type": "any"}]},
}
WIRES = [{"source": "n_start", "target": "n_fetch"}, {"source": "n_fetch", "target": "n_put"}]
NOTE = {"id": "t_1", "text": "Why?"}


def graph(*nodes: Any, edges: Any = WIRES, **more: Any) -> Any:
    """A document of these steps; wires without both ends are left out."""
    ids = {node["id"] for node in nodes}
    kept = [edge for edge in edges if {edge["source"], edge["target"]} <= ids]
    return parse_document({"format": "segue.flow/1", "nodes": list(nodes), "edges": kept, **more})


def told(before: Any, after: Any) -> list[str]:
    """Each difference as one line."""
    return [
        " ".join(
            [
                found.what,
                found.how,
                found.id or (f"{found.edge.source}>{found.edge.target}" if found.edge else "-"),
                *(f"{'.'.join(f.place)}={f.before!r}>{f.after!r}" for f in found.fields),
            ]
        )
        for found in diff(before, after, registry())
    ]


BASE = (START, FETCH, PUT)
TRIES = {"retry": {"attempts": 5}}
URL = "params.url='https://shop.example/{{ start.id }}'>'https://b.example/'"

TABLE: list[tuple[str, Any, Any, list[str]]] = [
    ("nothing", graph(*BASE), graph(*BASE), []),
    ("only moved", graph(*BASE), graph(START, FETCH, {**PUT, "position": {"x": 9}}), []),
    ("order of the list", graph(*BASE), graph(PUT, FETCH, START), []),
    ("a step came", graph(START, FETCH), graph(*BASE), ["step added n_put"]),
    ("a step went", graph(*BASE), graph(START, FETCH), ["step removed n_put"]),
    (
        "a setting",
        graph(*BASE),
        graph(START, {**FETCH, "params": {"url": "https://b.example/"}}, PUT),
        [f"step changed n_fetch {URL}"],
    ),
    (
        "a default that is written out",
        graph(*BASE),
        graph(START, {**FETCH, "params": {**FETCH["params"], "method": "GET"}}, PUT),  # type: ignore[dict-item]
        [],
    ),
    (
        "tries",
        graph(*BASE),
        graph(START, {**FETCH, "policy": TRIES}, PUT),
        ["step changed n_fetch policy.retry.attempts=3>5"],
    ),
    (
        "the usual tries",
        graph(*BASE),
        graph(START, {**FETCH, "policy": {"retry": {"attempts": 3}}}, PUT),
        [],
    ),
    (
        "switched off",
        graph(*BASE),
        graph(START, {**FETCH, "disabled": True}, PUT),
        ["step changed n_fetch disabled=False>True"],
    ),
    (
        "a new name, and a reference that follows",
        graph(*BASE),
        graph(
            START,
            {**FETCH, "name": "Ask shop", "key": "ask_shop"},
            {
                **PUT,
                "params": {
                    "fields": [{"name": "a", "value": "{{ ask_shop.total }}", "type": "any"}]
                },
            },
        ),
        ["step changed n_fetch name='Fetch order'>'Ask shop'"],
    ),
    (
        "another kind in its place",
        graph(*BASE),
        graph(START, FETCH, {**PUT, "type": "data.limit", "params": {"count": 2}}),
        ["step changed n_put type='data.set'>'data.limit'"],
    ),
    (
        "a wire",
        graph(*BASE),
        graph(*BASE, edges=[WIRES[0], {"source": "n_start", "target": "n_put"}]),
        ["wire added n_start>n_put", "wire removed n_fetch>n_put"],
    ),
    (
        "flow settings",
        graph(*BASE),
        graph(*BASE, settings={"priority": "high"}),
        ["settings changed - settings.priority='normal'>'high'"],
    ),
    ("a note came", graph(*BASE), graph(*BASE, notes=[NOTE]), ["note added t_1"]),
    (
        "a note moved",
        graph(*BASE, notes=[NOTE]),
        graph(*BASE, notes=[{**NOTE, "position": {"x": 5}}]),
        [],
    ),
    (
        "a kind that is not installed",
        graph(START, {**PUT, "type": "x.gone", "params": {"a": 1}}),
        graph(START, {**PUT, "type": "x.gone", "params": {"a": 2}}),
        ["step changed n_put params.a=1>2"],
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "lines"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_differs_is_what_a_person_would_call_a_change(
    before: Any, after: Any, lines: list[str]
) -> None:
    assert told(before, after) == lines
