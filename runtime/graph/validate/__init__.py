"""Document → list of issues. The only validator: canvas, API and publish all ask it."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.graph.document import Document
from runtime.graph.issue import Issue
from runtime.graph.validate.advice import check_advice
from runtime.graph.validate.keys import check_keys
from runtime.graph.validate.params import check_params
from runtime.graph.validate.references import check_references
from runtime.graph.validate.shape import check_shape
from runtime.graph.validate.tools import check_tools
from runtime.graph.validate.wires import check_wires
from runtime.sdk import Node


def validate(document: Document, types: Mapping[str, type[Node]]) -> list[Issue]:
    """Everything that is wrong or doubtful, in the order of the document."""
    issues = [
        *check_shape(document, types),
        *check_keys(document),
        *check_wires(document, types),
        *check_tools(document, types),
        *check_params(document, types),
        *check_references(document, types),
        *check_advice(document, types),
    ]
    order = {node.id: i for i, node in enumerate(document.nodes)}
    return sorted(issues, key=lambda issue: order.get(issue.node or "", -1))
