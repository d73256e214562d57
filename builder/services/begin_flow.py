"""Makes a flow that has what starts it already: the answer to the first question."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from builder.models import Flow
from builder.models.flow import empty_graph
from builder.services.create_flow import create_flow
from builder.services.refusals import NotPossibleError
from runtime.registry import registry
from runtime.sdk import Kind, Node
from runtime.sdk.params import field_kind
from runtime.services.notices import Person
from runtime.services.spoken import spoken


def starters() -> Mapping[str, type[Node]]:
    """What a first flow can be started by: the way (`form`, `schedule` ...) and its node type."""
    return {
        node_type.trigger.kind: node_type
        for node_type in registry().values()
        if node_type.trigger is not None and not node_type.trigger.by_flows
    }


def begin_flow(start: str, *, name: str, workspace_id: UUID, actor: Person) -> Flow:
    """Return the new flow, whose one step is what starts it; raises NotPossibleError."""
    node_type = starters().get(start)
    if node_type is None:
        raise NotPossibleError(_("Choose what should start it."))
    key = node_type.type.rpartition(".")[2]
    node = {
        "id": f"n_{token_hex(3)}",
        "key": key,
        "name": spoken(node_type.name),
        "type": node_type.type,
        "version": node_type.version,
        "params": _params(node_type, key),
    }
    return create_flow(
        workspace_id=workspace_id,
        name=name.strip() or _free_name(workspace_id),
        graph={**empty_graph(), "nodes": [node]},
        actor=actor,
    )


def _params(node_type: type[Node], key: str) -> dict[str, Any]:
    """An address of its own where it has one: nobody has to think one up first.

    A page that people see begins as its example: a form that asks nothing would be no form.
    """
    page = node_type.trigger is not None and node_type.trigger.page
    example = dict(node_type.examples[0].params) if page and node_type.examples else {}
    return example | {
        name: f"{key}-{token_hex(3)}"
        for name in node_type.Params.model_fields
        if field_kind(node_type.Params, name) is Kind.WEBHOOK_PATH
    }


def _free_name(workspace_id: UUID) -> str:
    names = set(Flow.objects.in_workspace(workspace_id).values_list("name", flat=True))
    name, number = _("New flow"), 2
    while name in names:
        name, number = _("New flow %d") % number, number + 1
    return name
