"""A flow that comes from elsewhere: its prompts are found by their names in this workspace."""

from typing import Any
from uuid import UUID

from builder.models import Prompt
from builder.services.prompt_uses import Taken, taken_by
from runtime.graph.document import Document, NodeSpec


def find_prompts(document: Document, workspace_id: UUID) -> Document:
    """Return the document with this workspace's prompts in the places of others so called."""
    taken = list(taken_by(document))
    if not taken:
        return document
    rows = Prompt.objects.in_workspace(workspace_id)
    here = set(rows.filter(id__in=[one.prompt for one in taken if one.prompt]).values_list("id"))
    names = {one.name for one in taken if (one.prompt,) not in here}
    ids = dict(rows.filter(name__in=names).values_list("name", "id"))
    moved = [one for one in taken if one.name in names and one.name in ids]
    nodes = tuple(
        _with(node, [one for one in moved if one.node is node], ids) for node in document.nodes
    )
    return document.model_copy(update={"nodes": nodes})


def _with(node: NodeSpec, moved: list[Taken], ids: dict[str, UUID]) -> NodeSpec:
    params: dict[str, Any] = dict(node.params)
    for one in moved:
        params[one.field] = {**params[one.field], "prompt": str(ids[one.name])}
    return node.model_copy(update={"params": params}) if moved else node
