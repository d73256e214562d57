"""Counts what publishing would change, as a person counts: each step, wire and setting once."""

from collections.abc import Set

from runtime.graph.document import Document, EdgeSpec, NodeSpec


def count_changes(before: Document, after: Document) -> int:
    """Return the number of changes; where things stand on the canvas is not one."""
    return _nodes(before, after) + _edges(before, after) + int(before.settings != after.settings)


def _nodes(before: Document, after: Document) -> int:
    old, new = _by_id(before), _by_id(after)
    return sum(1 for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def _by_id(document: Document) -> dict[str, NodeSpec]:
    nowhere = NodeSpec.model_fields["position"].default
    return {node.id: node.model_copy(update={"position": nowhere}) for node in document.nodes}


def _edges(before: Document, after: Document) -> int:
    """A wire of a step that came or went is counted with the step."""
    ids = _by_id(before).keys() & _by_id(after).keys()
    return len(_wires(before, ids) ^ _wires(after, ids))


def _wires(document: Document, ids: Set[str]) -> set[tuple[str, str, str, str]]:
    def ends(edge: EdgeSpec) -> tuple[str, str, str, str]:
        return (edge.source, edge.source_port, edge.target, edge.target_port)

    return {ends(edge) for edge in document.edges if {edge.source, edge.target} <= ids}
