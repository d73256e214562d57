"""Turns the draft into the next version and makes it the live one."""

from django.db import transaction
from django.db.models import Max

from builder.models import Flow, FlowVersion
from builder.services.audit import record
from builder.services.documents import read_document, refuse_serious
from builder.services.prompt_problems import problems_here
from builder.services.routing import route_live
from builder.services.save_draft import stale
from runtime.services.notices import Person
from runtime.services.snapshots import save_snapshot


def publish(flow: Flow, *, revision: int, actor: Person | None, note: str = "") -> FlowVersion:
    """Return the new version, live; raises StaleDraftError or HasProblemsError.

    The row is locked first: of two people who publish at once the second gets the next number.
    """
    with transaction.atomic():
        row = Flow.objects.select_for_update().get(pk=flow.pk)
        if row.draft_revision != revision:
            raise stale(flow)
        document = read_document(row.draft)
        refuse_serious(problems_here(document, row.workspace_id))
        snapshot = save_snapshot(row.workspace_id, document, published=True)
        version = FlowVersion.objects.create(
            flow=row,
            number=_next_number(row),
            snapshot_id=snapshot.id,
            draft_revision=revision,
            author_id=actor.pk if actor else None,
            note=note.strip()[:500],
        )
        row.live, row.live_version, row.draft_changes = True, version.number, 0
        row.save(update_fields=["live", "live_version", "draft_changes", "updated_at"])
        route_live(row, document, snapshot.id)
        record(
            "flow_published",
            actor=actor,
            target=row,
            details={"version": version.number, "sha256": snapshot.sha256},
        )
    flow.refresh_from_db()
    return version


def _next_number(flow: Flow) -> int:
    return (flow.versions.aggregate(last=Max("number"))["last"] or 0) + 1
