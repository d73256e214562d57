"""The flows that are measured, as documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

Spec = Mapping[str, Any]
BIGGEST_BODY_KB = 10_000
STEPS = (10, 100, 1_000, 9_990)  # of the flows whose length is measured


def documents(slow_url: str) -> dict[str, dict[str, Any]]:
    """Every flow by its name, which is its webhook's address too."""
    return {
        "w1": _chain(_hook("w1", "by_respond"), *_three_fields(), _respond()),
        "w1-accept": _chain(_hook("w1-accept", "at_once"), *_three_fields(), _respond()),
        "w2": _chain(_hook("w2", "when_finished"), *_trivial(100)),
        "w3": _chain(_hook("w3", "when_finished"), _split(), _get(1, slow_url)),
        "w4": _chain(_hook("w4", "at_once"), *(_get(n, slow_url) for n in (1, 2, 3))),
        "w7": _chain(_hook("w7", "at_once"), *(_ask(n) for n in (1, 2, 3))),
        "w5": _chain(_hook("w5", "at_once"), _split(), *_item_fields()),
        **{chain_name(steps): _long(steps) for steps in STEPS},
    }


def chain_name(steps: int) -> str:
    """The flow of so many trivial steps."""
    return f"chain-{steps}"


def _long(steps: int) -> dict[str, Any]:
    flow = _chain(_hook(chain_name(steps), "at_once"), *_trivial(steps))
    return {**flow, "settings": {"max_steps": 20_000}}


def _node(key: str, type_: str, **params: Any) -> Spec:
    return {"id": f"n_{key}", "key": key, "type": type_, "params": params}


def _chain(*nodes: Spec) -> dict[str, Any]:
    return {
        "format": "segue.flow/1",
        "nodes": list(nodes),
        "edges": [{"source": a["id"], "target": b["id"]} for a, b in pairwise(nodes)],
    }


def _hook(path: str, answer: str) -> Spec:
    return _node("call", "trigger.webhook", path=path, answer=answer, max_body_kb=BIGGEST_BODY_KB)


def _set(key: str, *fields: tuple[str, str], keep: str = "all") -> Spec:
    made = [{"name": name, "value": value} for name, value in fields]
    return _node(key, "data.set", fields=made, keep=keep)


def _three_fields() -> Sequence[Spec]:
    return (
        _set("order", ("id", "{{ trigger.body.id }}"), ("who", "{{ input.body.name }}")),
        _set("greet", ("text", "Hello {{ input.who }}, order {{ order.id }} is on its way")),
        _set("reply", ("text", "{{ input.text | upper }}"), ("id", "{{ input.id }}"), keep="none"),
    )


def _respond() -> Spec:
    return _node("answer", "flow.respond", body={"said": "{{ reply.text }}"})


def _trivial(count: int) -> Sequence[Spec]:
    return [_set(f"s{n}", ("n", "{{ trigger.body.n }}")) for n in range(count)]


def _item_fields() -> Sequence[Spec]:
    return (
        _set("one", ("total", "{{ input.price }}")),
        _set("two", ("label", "{{ input.name }} for {{ input.total }}")),
        _set("three", ("label", "{{ input.label | upper }}")),
    )


def _split() -> Spec:
    return _node("each", "data.split_out", list="{{ input.body.items }}")


def _get(number: int, url: str) -> Spec:
    return _node(f"get{number}", "http.request", url=url)


def _ask(number: int) -> Spec:
    return _node(f"ask{number}", "ai.llm", prompt="Is {{ trigger.body.id ?? 7 }} an order?")
