"""Starts a run of a flow: of its draft as a test, or of its live version."""

from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.utils.translation import gettext as _

from builder.models import Flow
from builder.services.audit import record
from builder.services.documents import read_document, refuse_serious
from builder.services.pin_data import pinned_outputs
from builder.services.prompt_problems import problems_here
from builder.services.refusals import NotPossibleError
from builder.services.versions import live_version, version_document
from runtime.graph.document import Document
from runtime.services.notices import Person
from runtime.services.start_run import FlowBusyError, NothingStartsItError, start_run
from runtime.services.starters import starter_of

log = structlog.get_logger(__name__)


def run_flow(
    flow: Flow,
    *,
    draft: bool,
    actor: Person | None,
    trigger_key: str | None = None,
    given: Any = None,
) -> UUID:
    """Return the id of the run, which is committed; raises HasProblemsError for a draft with some.

    What is pinned beside a draft stands in its tests, and only there.

    Only the flow's own graph runs: a caller gives input, never a graph.
    """
    document, version = what_runs(flow, draft=draft)
    try:
        run = start_run(
            workspace_id=flow.workspace_id,
            document=document,
            flow_id=flow.id,
            version=version,
            mode="test" if draft else "live",
            trigger_key=trigger_key,
            items=None if given is None else as_items(given),
            pins=pinned_outputs(flow, document) if draft else None,
            by=starter_of(actor),
        )
    except (NothingStartsItError, FlowBusyError) as error:
        raise NotPossibleError(str(error)) from None
    note_started(run.id, flow, actor, version)
    return run.id


def note_started(run_id: UUID, flow: Flow, actor: Person | None, version: int | None) -> None:
    """Write down who started it; the run is kept, even where this cannot be."""
    details = {"run": str(run_id), "version": version}
    try:
        record("flow_run", actor=actor, target=flow, details=details)
    except DatabaseError as error:
        log.warning("audit.not_written", action="flow_run", run=str(run_id), error=str(error))


def as_items(given: Any) -> list[Any]:
    """Return a list of items' values: nothing is one empty item, a list is many."""
    if given is None:
        return [{}]
    return list(given) if isinstance(given, list) else [given]


def what_runs(flow: Flow, *, draft: bool) -> tuple[Document, int | None]:
    """Return the graph that would run, and its version; raises HasProblemsError for a bad draft."""
    if draft:
        document = read_document(flow.draft)
        if not document.nodes:
            raise NotPossibleError(_("This flow has no steps yet. Add one first."))
        refuse_serious(problems_here(document, flow.workspace_id))
        return document, None
    version = live_version(flow)
    return version_document(version), version.number
