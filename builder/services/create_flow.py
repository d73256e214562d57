"""Makes a flow: empty, from a document, as a copy, or from a file."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from builder.models import Flow
from builder.models.flow import empty_graph
from builder.services.audit import record
from builder.services.count_changes import count_changes
from builder.services.documents import find_problems, read_document
from builder.services.find_prompts import find_prompts
from builder.services.refusals import NotPossibleError
from builder.services.routing import route_draft
from runtime.graph.document import Document
from runtime.services.notices import Person


def create_flow(
    *,
    workspace_id: UUID,
    name: str,
    actor: Person | None,
    description: str = "",
    graph: bytes | str | dict[str, Any] | None = None,
    action: str = "flow_created",
) -> Flow:
    """Return the new flow, switched off; a readable document with problems is fine."""
    document = read_document(graph if graph is not None else empty_graph())
    document = find_prompts(document, workspace_id)
    with transaction.atomic():
        flow = Flow.objects.create(
            workspace_id=workspace_id,
            name=tidy_name(name),
            description=description or document.settings.description,
            draft=document.dump(),
            draft_changes=count_changes(Document(), document),
            draft_updated_by_id=actor.pk if actor else None,
        )
        route_draft(flow, document, find_problems(document))
        record(action, actor=actor, target=flow)
    return flow


def duplicate_flow(flow: Flow, *, actor: Person) -> Flow:
    """Return a copy of the draft as a flow of its own: switched off, without versions or runs."""
    return create_flow(
        workspace_id=flow.workspace_id,
        name=_("%(name)s (copy)") % {"name": flow.name[:180]},
        description=flow.description,
        graph=flow.draft,
        actor=actor,
        action="flow_duplicated",
    )


def tidy_name(name: str) -> str:
    """Return the name without outer spaces; raises when there is none, or it is far too long."""
    tidy = " ".join(name.split())
    if not tidy:
        raise NotPossibleError(_("Give the flow a name."))
    if len(tidy) > 200:
        raise NotPossibleError(_("The name is too long. Use at most 200 characters."))
    return tidy
