"""Keys and ids: each once, readable by expressions, not one of the reserved words."""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Iterator

from runtime.expressions.scope import RESERVED_ROOTS
from runtime.graph.document import Document, NodeSpec
from runtime.graph.issue import Issue

_WORDS = frozenset({"true", "false", "null", "none"})


def check_keys(document: Document) -> Iterator[Issue]:
    """Issues about ids and keys."""
    ids = Counter(node.id for node in document.nodes)
    keys = Counter(node.key for node in document.nodes)
    for node in document.nodes:
        if ids[node.id] > 1:
            yield _issue(
                node,
                "duplicate_id",
                f"Two steps have the same inner id “{node.id}”.",
                "Delete one of them and add it again.",
            )
        if keys[node.key] > 1:
            yield _issue(
                node,
                "duplicate_key",
                f"Two steps are both called “{node.key}” in inserted data.",
                "Give one of them another name.",
            )
        elif not node.key.isidentifier() or keyword.iskeyword(node.key):
            yield _issue(
                node,
                "bad_key",
                f"“{node.key}” cannot be used as a step's short name.",
                "Use letters, digits and _ only, beginning with a letter.",
            )
        elif node.key in RESERVED_ROOTS or node.key.lower() in _WORDS:
            yield _issue(
                node,
                "reserved_key",
                f"“{node.key}” already has another meaning.",
                "Choose another short name for this step.",
            )


def _issue(node: NodeSpec, code: str, message: str, fix: str) -> Issue:
    return Issue(
        code, message, fix, node=node.id, key=node.key, field="key", action={"kind": "rename_key"}
    )
