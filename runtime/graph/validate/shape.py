"""The flow as a whole: something starts it, every kind of step is known, answers make sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runtime.graph.document import Document
from runtime.graph.issue import Issue, Severity
from runtime.sdk import Node


def check_shape(document: Document, types: Mapping[str, type[Node]]) -> Iterator[Issue]:
    """Issues about the flow as a whole."""
    if not document.nodes:
        yield Issue(
            "empty_flow",
            "The flow has no steps yet.",
            "Add what should start it.",
            action={"kind": "add_step"},
        )
        return
    known = [(node, types[node.type]) for node in document.nodes if node.type in types]
    for node in document.nodes:
        if node.type not in types:
            yield Issue(
                "unknown_type",
                f"The step “{node.label}” is of a kind ({node.type}) that is not installed here.",
                "Remove it, or install the package it comes from.",
                node=node.id,
                key=node.key,
                action={"kind": "remove_step"},
            )
    if not any(t.trigger is not None and not node.disabled for node, t in known):
        yield Issue(
            "no_trigger",
            "Nothing starts this flow.",
            "Add a trigger: by hand, by the clock, by a call from outside …",
            action={"kind": "add_step"},
        )
    responders = [node for node, t in known if t.responds and not node.disabled]
    for node in responders[1:]:
        yield Issue(
            "second_respond",
            f"“{node.label}” is the second step that answers the caller; only the first "
            "one reached does.",
            "Keep one answer for each way through the flow.",
            Severity.WARNING,
            node=node.id,
            key=node.key,
        )
