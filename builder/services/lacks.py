"""What a document speaks of and this workspace does not have: told after an import, in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from builder.models import Flow, ModelProfile, Prompt
from runtime.graph.document import Document, NodeSpec
from runtime.models import Credential, DataTable
from runtime.registry import registry
from runtime.sdk import Kind
from runtime.sdk.params import field_kind


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing at one step, and what to do."""

    step: str
    what: str
    do: str


def lacks_of(document: Document, workspace_id: UUID) -> list[Lack]:
    """Return what is missing, step by step; an empty list is a flow that can be used as it is."""
    return [lack for node in document.nodes for lack in _of(node, workspace_id)]


def _of(node: NodeSpec, workspace_id: UUID) -> Iterator[Lack]:
    node_type = registry().get(node.type)
    if node_type is None:
        yield Lack(
            node.label,
            _("This kind of step (%s) is not installed here.") % node.type[:100],
            _("Install the package it comes from, or put another step in its place."),
        )
        return
    if node.version > node_type.version:
        yield Lack(
            node.label,
            _("It was made by a newer version of this kind of step."),
            _("Update Segue."),
        )
    for name, value in node.params.items():
        kind = field_kind(node_type.Params, name)
        if kind is None or not value or kind not in _SEARCHES:
            continue
        if not _SEARCHES[kind](workspace_id, value):
            yield _missing(node, kind, value)


def _missing(node: NodeSpec, kind: Kind, value: object) -> Lack:
    shown = str(value)[:80]
    what = {
        Kind.CREDENTIAL: _("Its connection is not here. Connections never travel in files."),
        Kind.MODEL: _("Its model is not here."),
        Kind.FLOW: _("The other flow it names is not here."),
        Kind.PROMPT: _("Its prompt is not in the library here."),
        Kind.TABLE: _("There is no table “%s” here.") % shown,
    }[kind]
    do = {
        Kind.CREDENTIAL: _("Choose or add one in the step's settings."),
        Kind.MODEL: _("Choose one in the step's settings, or add one under Models."),
        Kind.FLOW: _("Import that flow too, then choose it in the step's settings."),
        Kind.PROMPT: _("Choose one in the step's settings, or write its words there."),
        Kind.TABLE: _("Make it under Tables, or choose another one."),
    }[kind]
    return Lack(node.label, what, do)


def _has_credential(workspace_id: UUID, value: object) -> bool:
    rows = Credential.objects.in_workspace(workspace_id)
    return (id_ := _uuid(value)) is not None and rows.filter(id=id_).exists()


def _has_model(workspace_id: UUID, value: object) -> bool:
    rows = ModelProfile.objects.in_workspace(workspace_id)
    return (id_ := _uuid(value)) is not None and rows.filter(id=id_).exists()


def _has_flow(workspace_id: UUID, value: object) -> bool:
    rows = Flow.objects.in_workspace(workspace_id)
    return (id_ := _uuid(value)) is not None and rows.filter(id=id_).exists()


def _has_table(workspace_id: UUID, value: object) -> bool:
    return DataTable.objects.in_workspace(workspace_id).filter(name=str(value)).exists()


def _has_prompt(workspace_id: UUID, value: object) -> bool:
    wanted = value.get("prompt") if isinstance(value, dict) else None
    rows = Prompt.objects.in_workspace(workspace_id)
    return (id_ := _uuid(wanted)) is not None and rows.filter(id=id_).exists()


_SEARCHES: dict[Kind, Callable[[UUID, object], bool]] = {
    Kind.CREDENTIAL: _has_credential,
    Kind.MODEL: _has_model,
    Kind.FLOW: _has_flow,
    Kind.PROMPT: _has_prompt,
    Kind.TABLE: _has_table,
}


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
