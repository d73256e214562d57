"""Saves the draft, unless somebody else saved it meanwhile."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from builder.models import Flow
from builder.services.audit import record
from builder.services.count_changes import count_changes
from builder.services.documents import read_document
from builder.services.prompt_problems import problems_here
from builder.services.refusals import StaleDraftError
from builder.services.routing import route_draft
from builder.services.versions import version_document
from runtime.graph.document import Document
from runtime.graph.issue import Issue
from runtime.services.notices import Person


def save_draft(
    flow: Flow,
    *,
    revision: int,
    graph: bytes | str | dict[str, Any],
    actor: Person | None,
    action: str = "draft_saved",
) -> tuple[int, list[Issue]]:
    """Return the new revision and the draft's problems; problems do not keep it from being saved.

    The revision is checked and raised in one statement: two tabs that save at once cannot both
    pass, and the second one gets what the first one wrote (StaleDraftError).
    """
    document = read_document(graph)
    changes, issues = _changes(flow, document), problems_here(document, flow.workspace_id)
    with transaction.atomic():
        now = timezone.now()
        saved = Flow.objects.filter(pk=flow.pk, draft_revision=revision).update(
            draft=document.dump(),
            draft_revision=F("draft_revision") + 1,
            draft_changes=changes,
            draft_updated_at=now,
            draft_updated_by_id=actor.pk if actor else None,
            updated_at=now,
        )
        if not saved:
            raise stale(flow)
        route_draft(flow, document, issues)
        record(action, actor=actor, target=flow, details={"revision": revision + 1})
    return revision + 1, issues


def _changes(flow: Flow, document: Document) -> int:
    """Return how far the draft is from what was published last; from nothing, if nothing was."""
    version = flow.versions.select_related("flow").order_by("-number").first()
    return count_changes(version_document(version) if version else Document(), document)


def stale(flow: Flow) -> StaleDraftError:
    """Return the refusal that carries the draft as it is now."""
    row = Flow.objects.select_related("draft_updated_by").get(pk=flow.pk)
    who = row.draft_updated_by
    name = (who.get_full_name() or who.get_username()) if who else None
    return StaleDraftError(row.draft_revision, row.draft, name)
