"""A document compiled for execution: indexes instead of names, everything parsed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from runtime.expressions import CompiledParams, compile_params
from runtime.graph.document import Document, NodeSpec, ToolSpec
from runtime.graph.policies import effective_policy
from runtime.graph.regions import find_regions
from runtime.graph.tools import (
    filled_by_model,
    may_be_filled,
    tool_names,
    tool_schema,
    tools_of,
    without_tools,
)
from runtime.sdk import (
    BatchNode,
    Effect,
    JoinRule,
    Mode,
    Node,
    NodeParams,
    OnError,
    Policy,
    Retry,
    Tool,
)
from runtime.sdk.ports import ERROR_PORT

MOST_TOOL_LEVELS = 8  # of tools that use tools


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
    raw: Mapping[str, Any]  # its settings as they are written, for comparing
    tools: tuple[PlanTool, ...] = ()  # what it may use
    inner: Mapping[str, PlanNode] = field(default_factory=dict)  # what it does step by step
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
        """What it does itself; what a step with tools does outside is done by its inner steps."""
        return Effect.PURE if self.disabled or self.type.uses_tools else self.type.effect


@dataclass(frozen=True, slots=True)
class PlanTool:
    """A step as another one may use it, and what that one is told of it."""

    node: PlanNode
    shown: Tool


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled graph. `by_key` finds a node's index by the name expressions use.

    Tools are no part of what flows: they are found in the nodes that may use them.
    """

    nodes: tuple[PlanNode, ...]
    by_key: Mapping[str, int]
    document: Document
    top_level: int  # how many nodes are outside all rounds

    def find(self, key: str, node_type: type[Node] | None = None) -> PlanNode | None:
        """The node of this name (and type), be it in the flow, a tool, or inside of another."""
        index = self.by_key.get(key)
        if index is not None and node_type in (None, self.nodes[index].type):
            return self.nodes[index]
        nodes = [node for node in self.nodes if node.tools or node.inner]
        for node in nodes:  # grows while it is walked
            if node.key == key and node_type in (None, node.type):
                return node
            nodes += [*(tool.node for tool in node.tools), *node.inner.values()]
        return None

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
    flow = without_tools(document)
    by_id = {spec.id: i for i, spec in enumerate(flow.nodes)}
    nodes = [_compile_node(i, spec, types, instance) for i, spec in enumerate(flow.nodes)]
    edges = [
        PlanEdge(i, by_id[e.source], e.source_port, by_id[e.target], e.target_port)
        for i, e in enumerate(flow.edges)
    ]
    _wire(nodes, edges)
    if any(node.type.uses_tools for node in nodes):
        _equip(nodes, _Workshop(tools_of(document), types, instance), 0)
    loops = [n.id for n in nodes if n.is_loop]
    if loops:
        regions = find_regions(flow, loops)
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
        raw=raw,
    )


@dataclass(frozen=True, slots=True)
class _Workshop:
    """What tools are made of."""

    by_user: Mapping[str, Sequence[NodeSpec]]
    types: Mapping[str, type[Node]]
    instance: Callable[[type[Node]], Node]


def _equip(nodes: Sequence[PlanNode], workshop: _Workshop, level: int) -> None:
    """Give the nodes that use tools theirs, and those that these use."""
    for node in nodes:
        if not node.type.uses_tools:
            continue
        specs = [spec for spec in workshop.by_user.get(node.id, ()) if not spec.disabled]
        usable = specs if level < MOST_TOOL_LEVELS else []
        node.tools = tuple(_tools(node, usable, workshop))
        node.inner = {
            role: _inner(node, inner, workshop) for role, inner in node.type.inner.items()
        }
        # Its calls are tried again one by one; all of its work is not, on top of that.
        node.policy = node.policy.model_copy(update={"retry": Retry(), "timeout_seconds": None})
        _equip([tool.node for tool in node.tools], workshop, level + 1)


def _tools(user: PlanNode, specs: Sequence[NodeSpec], workshop: _Workshop) -> Iterator[PlanTool]:
    for spec, name in zip(specs, tool_names([spec.key for spec in specs]), strict=True):
        node_type = workshop.types.get(spec.type)
        if node_type is None:
            raise UnknownNodeTypeError(spec)
        # What only a person may choose stays theirs, whatever the document says.
        left = filled_by_model(migrated_params(spec, node_type))
        # Where it stands for several tools, the model fills in theirs.
        mine = {} if node_type.tool_source else left
        filled = {n: told for n, told in mine.items() if may_be_filled(node_type.Params, n)}
        given = {n: v for n, v in spec.params.items() if n not in filled}
        bare = spec.model_copy(update={"params": given})
        node = _compile_node(user.index, bare, workshop.types, workshop.instance)
        node.raw = migrated_params(spec, node_type)
        node.fixed = None if filled or node_type.tool_source else node.fixed
        node.policy = _for_tools(node.policy)
        rules = spec.tool or ToolSpec()
        told = rules.guidance.strip() or f"{spec.label}. {_first_line(node_type)}"
        schema = tool_schema(node_type.Params, filled)
        tool = Tool(
            name,
            spec.label,
            told,
            schema,
            rules.asks_first,
            rules.most_calls,
            node_type.tells,
        )
        yield PlanTool(node, tool)


def _inner(user: PlanNode, inner: type[Node], workshop: _Workshop) -> PlanNode:
    """A node of the user's own, which nobody draws; it is tried again as its user says."""
    params, _ = compile_params({}, inner.Params)
    return PlanNode(
        index=user.index,
        id=user.id,
        key=user.key,
        label=user.label,
        type=inner,
        instance=workshop.instance(inner),
        params=params,
        fixed=None,
        policy=user.policy.model_copy(update={"on_error": OnError.STOP}),
        disabled=False,
        join=JoinRule.ALL,
        ports_in=tuple(port.name for port in inner.inputs),
        ports_out=tuple(port.name for port in inner.outputs),
        exit_labels={},
        raw={},
    )


def _for_tools(policy: Policy) -> Policy:
    """What fails is told to whoever uses it, unless a value stands in."""
    if policy.on_error is OnError.DEFAULT:
        return policy
    return policy.model_copy(update={"on_error": OnError.STOP})


def _first_line(node_type: type[Node]) -> str:
    return (node_type.__doc__ or "").strip().partition("\n")[0]


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
