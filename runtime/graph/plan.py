"""A document compiled for execution: indexes instead of names, everything parsed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from runtime.expressions import CompiledParams, compile_params
from runtime.graph.document import Document, NodeSpec
from runtime.graph.policies import effective_policy
from runtime.graph.regions import find_regions
from runtime.sdk import BatchNode, Effect, JoinRule, Mode, Node, NodeParams, OnError, Policy
from runtime.sdk.ports import ERROR_PORT


@dataclass(frozen=True, slots=True)
class PlanEdge:
    """A wire between two planned nodes (by their index), at its place in the stable order."""

    index: int
    source: int
    source_port: str
    target: int
    target_port: str


@dataclass(slots=True)
class PlanNode:
    """Everything the engine asks of a node while it runs. Immutable after compiling."""

    index: int
    id: str
    key: str
    label: str
    type: type[Node]
    instance: Node
    params: CompiledParams
    fixed: NodeParams | None  # validated params, where nothing in them depends on data
    policy: Policy
    disabled: bool
    join: JoinRule
    ports_in: tuple[str, ...]
    ports_out: tuple[str, ...]
    exit_labels: Mapping[str, str]  # those that have one
    incoming: tuple[PlanEdge, ...] = ()  # grouped by port in declared order
    outgoing: tuple[PlanEdge, ...] = ()
    around: tuple[int, ...] = ()  # repeats this node is inside of, outermost first
    region: frozenset[int] = frozenset()  # for a loop: the nodes of its rounds
    members: int = 0  # how many of them are directly in its rounds, not in an inner loop's

    @property
    def depth(self) -> int:
        return len(self.around)

    @property
    def batched(self) -> bool:
        """Cheap pure work: one call for all items, one journal row."""
        return isinstance(self.instance, BatchNode)

    @property
    def is_loop(self) -> bool:
        return self.type.loop and not self.disabled

    @property
    def mode(self) -> Mode:
        return Mode.EACH if self.disabled else self.type.mode

    @property
    def effect(self) -> Effect:
        return Effect.PURE if self.disabled else self.type.effect


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled graph. `by_key` finds a node's index by the name expressions use."""

    nodes: tuple[PlanNode, ...]
    by_key: Mapping[str, int]
    document: Document
    top_level: int  # how many nodes are outside all rounds

    @property
    def triggers(self) -> tuple[PlanNode, ...]:
        return tuple(n for n in self.nodes if n.type.trigger is not None and not n.disabled)


class UnknownNodeTypeError(Exception):
    """The flow uses a node type that is not installed (any more)."""

    def __init__(self, node: NodeSpec) -> None:
        super().__init__(
            f"The step “{node.label}” is of a kind ({node.type}) that is not installed any more."
        )
        self.node = node


def instance_here(node_type: type[Node]) -> Node:
    """A node that runs in this process."""
    return node_type()


def compile_plan(
    document: Document,
    types: Mapping[str, type[Node]],
    instance: Callable[[type[Node]], Node] = instance_here,
) -> Plan:
    """Compile a document that has no error-severity issues; `instance` makes what runs."""
    by_id = {spec.id: i for i, spec in enumerate(document.nodes)}
    nodes = [_compile_node(i, spec, types, instance) for i, spec in enumerate(document.nodes)]
    edges = [
        PlanEdge(i, by_id[e.source], e.source_port, by_id[e.target], e.target_port)
        for i, e in enumerate(document.edges)
    ]
    _wire(nodes, edges)
    loops = [n.id for n in nodes if n.is_loop]
    if loops:
        regions = find_regions(document, loops)
        for node in nodes:
            node.around = tuple(by_id[r] for r in regions.path[node.id])
            if node.is_loop:
                node.region = frozenset(by_id[n] for n in regions.inside[node.id])
        for node in nodes:
            node.members = sum(1 for i in node.region if nodes[i].depth == node.depth + 1)
    top_level = sum(1 for node in nodes if not node.around)
    return Plan(tuple(nodes), {n.key: n.index for n in nodes}, document, top_level)


def _compile_node(
    index: int,
    spec: NodeSpec,
    types: Mapping[str, type[Node]],
    instance: Callable[[type[Node]], Node],
) -> PlanNode:
    node_type = types.get(spec.type)
    if node_type is None:
        raise UnknownNodeTypeError(spec)
    raw = migrated_params(spec, node_type)
    params, _ = compile_params(raw, node_type.Params)
    policy = effective_policy(spec, node_type)
    exits = node_type.output_ports(raw)
    outputs = [port.name for port in exits]
    if policy.on_error is OnError.ERROR_PORT:
        outputs.append(ERROR_PORT)
    return PlanNode(
        index=index,
        id=spec.id,
        key=spec.key,
        label=spec.label,
        type=node_type,
        instance=instance(node_type),
        params=params,
        fixed=_fixed(params, node_type),
        policy=policy,
        disabled=spec.disabled,
        join=node_type.join_rule(raw),
        ports_in=tuple(port.name for port in node_type.inputs),
        ports_out=tuple(outputs),
        exit_labels={port.name: port.label for port in exits if port.label},
    )


def migrated_params(spec: NodeSpec, node_type: type[Node]) -> dict[str, Any]:
    """The node's params as its installed version understands them."""
    if spec.version >= node_type.version:
        return spec.params
    return node_type.migrate(dict(spec.params), spec.version)


def _fixed(params: CompiledParams, node_type: type[Node]) -> NodeParams | None:
    if not params.constant:
        return None
    try:
        return node_type.Params.model_validate(params.fields)
    except ValidationError:
        return None  # reported by the validator; at run time the step says so itself


def _wire(nodes: Sequence[PlanNode], edges: Sequence[PlanEdge]) -> None:
    incoming: list[list[PlanEdge]] = [[] for _ in nodes]
    outgoing: list[list[PlanEdge]] = [[] for _ in nodes]
    for edge in edges:
        incoming[edge.target].append(edge)
        outgoing[edge.source].append(edge)
    for node in nodes:
        order = {port: i for i, port in enumerate(node.ports_in)}
        mine = incoming[node.index]
        mine.sort(key=lambda e: (order.get(e.target_port, len(order)), e.index))
        node.incoming, node.outgoing = tuple(mine), tuple(outgoing[node.index])
