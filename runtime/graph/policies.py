"""A node's policy: its type's default with what the document changes."""

from __future__ import annotations

from runtime.graph.document import NodeSpec
from runtime.sdk import Node, Policy


def effective_policy(spec: NodeSpec, node_type: type[Node]) -> Policy:
    """Merge one level deep (retry's own fields too); raises pydantic's ValidationError."""
    if not spec.policy:
        return node_type.default_policy
    base = node_type.default_policy.model_dump()
    retry = spec.policy.get("retry")
    merged = {**base, **spec.policy}
    if isinstance(retry, dict):
        merged["retry"] = {**base["retry"], **retry}
    return Policy.model_validate(merged)
