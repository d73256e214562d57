"""Runs one step on the real engine, in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.engine.encode import decode_outputs
from runtime.engine.ports import World
from runtime.graph.document import Document
from runtime.graph.parse import parse_document
from runtime.registry import registry
from runtime.sdk import Example, Item, Json, Node
from runtime.testing import RunResult, run_graph

Outputs = dict[str, list[Json]]


def run_node(
    type_name: str,
    params: Mapping[str, Any],
    items: Sequence[Json | Item] = (None,),
    *,
    world: World | None = None,
    policy: Mapping[str, Any] | None = None,
    mode: str = "test",
) -> tuple[RunResult, Outputs]:
    """Run it behind a manual trigger (or alone, if it is one)."""
    node_type = registry()[type_name]
    example = Example("", params, [])
    return run_example(node_type, example, world=world, policy=policy, items=items, mode=mode)


def run_example(
    node_type: type[Node],
    example: Example,
    *,
    world: World | None = None,
    policy: Mapping[str, Any] | None = None,
    items: Sequence[Json | Item] | None = None,
    mode: str = "test",
) -> tuple[RunResult, Outputs]:
    """Run the example's params on its input; a branch per input where it names several."""
    nodes = [_node("x", node_type.type, example.params, policy or {})]
    edges: list[dict[str, str]] = []
    items = example.input if items is None else items
    if example.inputs is not None:
        items = [{name: list(found or ()) for name, found in example.inputs.items()}]
        _branches(example.inputs, nodes, edges)
    elif node_type.trigger is None:
        nodes.append(_node("start", "trigger.manual", {}, {}))
        edges.append(_edge("start", "out", "x", node_type.inputs[0].name))
    result = run_graph(_document(nodes, edges), registry(), items=items, world=world, mode=mode)
    return result, outputs_of(result, "x")


def flow_of(type_name: str, params: Mapping[str, Any]) -> Document:
    """A manual trigger and one step."""
    nodes = [_node("start", "trigger.manual", {}, {}), _node("x", type_name, params, {})]
    port = registry()[type_name].inputs[0].name
    return _document(nodes, [_edge("start", "out", "x", port)])


def outputs_of(result: RunResult, key: str) -> Outputs:
    """What a step sent to each port."""
    step = next(step for step in result.journal.steps() if step.node == key)
    found = decode_outputs(step.output) or {}
    return {port: [item.json for item in items] for port, items in found.items()}


def _document(nodes: list[dict[str, Any]], edges: list[dict[str, str]]) -> Document:
    return parse_document({"format": "segue.flow/1", "nodes": nodes, "edges": edges})


def _branches(
    inputs: Mapping[str, Sequence[Json] | None],
    nodes: list[dict[str, Any]],
    edges: list[dict[str, str]],
) -> None:
    """A branch that is None comes from an exit that nothing takes."""
    nodes.append(_node("start", "trigger.manual", {}, {}))
    rows = [{"left": "yes", "operator": "equals", "right": "yes"}]
    nodes.append(_node("gate", "flow.if", {"conditions": {"match": "all", "rows": rows}}, {}))
    edges.append(_edge("start", "out", "gate", "in"))
    for name, found in inputs.items():
        split = f"split_{name}"
        nodes.append(_node(split, "data.split_out", {"list": "{{ input." + name + " }}"}, {}))
        edges.append(_edge("gate", "false" if found is None else "true", split, "in"))
        edges.append(_edge(split, "out", "x", name))


def _node(
    key: str, type_name: str, params: Mapping[str, Any], policy: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "id": f"n_{key}",
        "key": key,
        "name": key,
        "type": type_name,
        "version": 1,
        "params": dict(params),
        "policy": dict(policy),
        "position": {"x": 0, "y": 0},
        "disabled": False,
    }


def _edge(source: str, port: str, target: str, target_port: str) -> dict[str, str]:
    return {
        "source": f"n_{source}",
        "source_port": port,
        "target": f"n_{target}",
        "target_port": target_port,
    }
