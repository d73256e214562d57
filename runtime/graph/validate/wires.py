"""Wires: their ends exist, nothing goes in circles but through a Repeat, nothing leaves one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runtime.graph.document import Document, EdgeSpec, NodeSpec
from runtime.graph.issue import Issue, Severity
from runtime.graph.plan import migrated_params
from runtime.graph.regions import find_cycle, find_regions
from runtime.sdk import Node
from runtime.sdk.loop import CONTINUE, START
from runtime.sdk.ports import ERROR_PORT, TOOLS_PORT

Types = Mapping[str, type[Node]]
MAX_REPEATS = 100  # keeping the rounds of each apart costs a walk over the flow


def check_wires(document: Document, types: Types) -> Iterator[Issue]:
    """Issues about edges."""
    nodes = {node.id: node for node in document.nodes}
    yield from _ends(document, nodes, types)
    repeats = [n.id for n in document.nodes if n.type in types and types[n.type].loop]
    yield from _circles(document, nodes, repeats)
    yield from _regions(document, nodes, repeats)
    yield from _unreached(document, nodes, types)


def _ends(document: Document, nodes: Mapping[str, NodeSpec], types: Types) -> Iterator[Issue]:
    seen: set[EdgeSpec] = set()
    for edge in document.edges:
        if edge in seen:
            yield _issue(
                edge,
                None,
                "duplicate_wire",
                "Two wires join the same two places.",
                "Remove one of them.",
                remove=True,
            )
        seen.add(edge)
        source, target = nodes.get(edge.source), nodes.get(edge.target)
        if source is None or target is None:
            yield _issue(
                edge,
                source or target,
                "dangling_wire",
                "A wire leads to a step that is not there.",
                "Remove the wire.",
                remove=True,
            )
            continue
        if source.type in types and edge.source_port not in _outputs(source, types):
            yield _issue(
                edge,
                source,
                "unknown_exit",
                _no_such_exit(source, types[source.type], edge.source_port),
                "Remove the wire and draw it from an exit that exists.",
                remove=True,
            )
        if target.type in types and edge.target_port not in _inputs(target, types):
            yield _issue(
                edge,
                target,
                "unknown_entry",
                f"“{target.label}” has no entry called “{edge.target_port}”.",
                "Remove the wire and draw it to an entry that exists.",
                remove=True,
            )


def _no_such_exit(source: NodeSpec, node_type: type[Node], port: str) -> str:
    if node_type.dynamic_outputs is not None:  # such names are inner ones
        return f"A wire begins at an exit of “{source.label}” that is not there any more."
    return f"“{source.label}” has no exit called “{port}”."


def _outputs(node: NodeSpec, types: Types) -> set[str]:
    node_type = types[node.type]
    ports = {port.name for port in node_type.output_ports(migrated_params(node, node_type))}
    if node.policy.get("on_error", node_type.default_policy.on_error) == "error_port":
        ports.add(ERROR_PORT)
    if node_type.uses_tools:
        ports.add(TOOLS_PORT)
    return ports


def _inputs(node: NodeSpec, types: Types) -> set[str]:
    return {port.name for port in types[node.type].inputs}


def _circles(
    document: Document, nodes: Mapping[str, NodeSpec], repeats: list[str]
) -> Iterator[Issue]:
    cycle = find_cycle(document, repeats)
    if not cycle:
        return
    names = " → ".join(nodes[n].label for n in cycle[:6] if n in nodes)
    first = nodes.get(cycle[0])
    yield Issue(
        "cycle",
        f"These steps go round in a circle: {names}.",
        "Put a Repeat step in, which goes round in an orderly way and always ends.",
        node=first.id if first else None,
        key=first.key if first else None,
        field="wires",
        action={"kind": "insert_repeat", "nodes": cycle},
    )


def _regions(
    document: Document, nodes: Mapping[str, NodeSpec], repeats: list[str]
) -> Iterator[Issue]:
    if len(repeats) > MAX_REPEATS:
        yield Issue(
            "too_many_repeats",
            f"This flow has {len(repeats):,} Repeat steps; at most {MAX_REPEATS} can be kept "
            "apart.",
            "Split the flow into several.",
            node=repeats[0],
            key=nodes[repeats[0]].key,
        )
        return
    if not repeats:
        return
    regions = find_regions(document, repeats)
    for edge, repeat in regions.leaving:
        source = nodes.get(edge.source)
        yield _issue(
            edge,
            source,
            "leaves_repeat",
            f"A wire leads out of the rounds of “{nodes[repeat].label}” from "
            f"“{source.label if source else edge.source}”.",
            "Wire it to Continue of the Repeat, and go on from its exit Finished.",
            remove=True,
        )
    for repeat in repeats:
        for edge in document.edges:
            if edge.target != repeat:
                continue
            inside = edge.source in regions.inside[repeat]
            if edge.target_port == CONTINUE and not inside and edge.source != repeat:
                yield _issue(
                    edge,
                    nodes[repeat],
                    "continue_from_outside",
                    "Only steps inside the rounds can be wired to Continue.",
                    "Wire this one to Start.",
                    remove=True,
                )
            if edge.target_port == START and (inside or edge.source == repeat):
                yield _issue(
                    edge,
                    nodes[repeat],
                    "start_from_inside",
                    "A step inside the rounds is wired to Start.",
                    "Wire it to Continue instead.",
                    remove=True,
                )


def _unreached(document: Document, nodes: Mapping[str, NodeSpec], types: Types) -> Iterator[Issue]:
    outgoing: dict[str, list[str]] = {}
    for edge in document.edges:
        outgoing.setdefault(edge.source, []).append(edge.target)
    triggers = [n.id for n in document.nodes if n.type in types and types[n.type].trigger]
    reached, stack = set(triggers), list(triggers)
    while stack:
        for target in outgoing.get(stack.pop(), ()):
            if target not in reached:
                reached.add(target)
                stack.append(target)
    for node in document.nodes:
        if node.id not in reached and node.type in types and triggers and not node.disabled:
            yield Issue(
                "not_connected",
                f"Nothing leads to “{node.label}”, so it never runs.",
                "Draw a wire to it, or remove it.",
                Severity.WARNING,
                node=node.id,
                key=node.key,
                field="wires",
                action={"kind": "remove_step"},
            )


def _issue(
    edge: EdgeSpec, node: NodeSpec | None, code: str, message: str, fix: str, remove: bool = False
) -> Issue:
    wire = edge.model_dump()
    return Issue(
        code,
        message,
        fix,
        node=node.id if node else None,
        key=node.key if node else None,
        field="wires",
        edge=wire,
        action={"kind": "remove_edge", "edge": wire} if remove else None,
    )
