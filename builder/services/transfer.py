"""Brings flows in from a file and takes them out. A file holds no secrets and no sample data."""

import json
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from builder.models import Flow
from builder.services.audit import record
from builder.services.create_flow import create_flow
from builder.services.documents import read_document
from builder.services.refusals import NotPossibleError
from runtime.graph.document import canonical
from runtime.services.notices import Person


def import_flow(raw: bytes, *, workspace_id: UUID, actor: Person | None, name: str = "") -> Flow:
    """Return a new flow made from a document; nothing in it runs or is called by importing."""
    document = read_document(raw)
    return create_flow(
        workspace_id=workspace_id,
        name=name or _("Imported flow"),
        graph=document.dump(),
        actor=actor,
        action="flow_imported",
    )


def import_file(
    raw: bytes, *, workspace_id: UUID, actor: Person | None, name: str = "", usual_name: str = ""
) -> Flow:
    """Return a new flow made from a file: a document, or an example that holds its name as well."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise NotPossibleError(_("This is not a flow: the file is no JSON.")) from None
    graph, own_name = value, ""
    if isinstance(value, dict) and isinstance(value.get("graph"), dict):
        graph, own_name = value["graph"], str(value.get("name") or "")[:200]
    if not isinstance(graph, dict) or "nodes" not in graph:
        raise NotPossibleError(_("This is not a flow: the file holds something else."))
    return import_flow(
        json.dumps(graph).encode(),
        workspace_id=workspace_id,
        actor=actor,
        name=name or own_name or usual_name[:200],
    )


def export_flow(flow: Flow, *, actor: Person | None) -> str:
    """Return the draft as canonical JSON, the same bytes for the same flow."""
    text = canonical(read_document(flow.draft))
    record("flow_exported", actor=actor, target=flow)
    return text


def read_example(raw: bytes) -> tuple[str, dict[str, Any]]:
    """Return the name and the graph of an example file `{"name", "graph"}`."""
    value = json.loads(raw)
    return str(value["name"]), dict(value["graph"])
