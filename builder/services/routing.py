"""Keeps what starts a flow, addresses and schedules, in step with its draft and live version."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from builder.models import Flow
from builder.services.refusals import HasProblemsError
from runtime.graph.document import Document
from runtime.graph.issue import Issue, Severity
from runtime.registry import registry
from runtime.services.entries import drop_entries, set_entries, switch_entries
from runtime.services.mailboxes import drop_mailboxes, set_mailboxes, switch_mailboxes
from runtime.services.pages import PageTakenError, drop_pages, set_pages, switch_pages
from runtime.services.pinned_calls import drop_pins, pin_calls
from runtime.services.routes import AddressTakenError, drop_routes, set_live_switch, set_routes
from runtime.services.schedules import drop_schedules, set_schedules, switch_schedules
from runtime.services.snapshots import save_snapshot
from runtime.services.standing import Standing

NO_SNAPSHOT = UUID(int=0)


def is_called(document: Document) -> bool:
    """Return whether something outside may start the flow by an address."""
    triggers = (registry()[node.type].trigger for node in document.nodes if node.type in registry())
    kinds = [trigger for trigger in triggers if trigger is not None]
    return any(trigger.kind == "webhook" or trigger.by_flows or trigger.page for trigger in kinds)


def route_live(flow: Flow, document: Document, snapshot_id: UUID) -> None:
    """Point the live addresses and schedules to the version that was just published.

    Raises HasProblemsError when another flow answers at one of them already.
    """
    version = flow.live_version
    try:
        _open(_standing(flow, document, snapshot_id, "live", version, live=flow.live))
    except (AddressTakenError, PageTakenError) as taken:
        raise HasProblemsError([_taken(taken)]) from None
    set_mailboxes(_standing(flow, document, snapshot_id, "live", version, live=flow.live))
    if version is not None:
        pin_calls(flow.id, version, document)
    set_schedules(
        flow_id=flow.id,
        workspace_id=flow.workspace_id,
        document=document,
        snapshot_id=snapshot_id,
        version=version,
        live=flow.live,
    )


def route_draft(flow: Flow, document: Document, issues: Sequence[Issue]) -> None:
    """Point the test addresses to the draft; a draft that could not run has none."""
    good = not any(issue.severity == Severity.ERROR for issue in issues)
    called = good and is_called(document)
    # Drafts are saved every few seconds: only those that can be called are kept as snapshots.
    snapshot_id = save_snapshot(flow.workspace_id, document).id if called else NO_SNAPSHOT
    routed = document if called else Document()
    _open(_standing(flow, routed, snapshot_id, "test", None, live=True))


def _standing(
    flow: Flow, document: Document, snapshot_id: UUID, mode: str, version: int | None, *, live: bool
) -> Standing:
    return Standing(
        flow_id=flow.id,
        flow_name=flow.name,
        workspace_id=flow.workspace_id,
        document=document,
        snapshot_id=snapshot_id,
        version=version,
        mode=mode,
        live=live,
    )


def _open(standing: Standing) -> None:
    """Every way in by which others start a flow; raises where one of them is taken."""
    set_routes(standing)
    set_pages(standing)
    set_entries(standing)


def switch_routes(flow: Flow) -> None:
    """Open or close the live addresses; let the clock start the flow or not."""
    set_live_switch(flow.id, live=flow.live)
    switch_schedules(flow.id, live=flow.live)
    switch_entries(flow.id, live=flow.live)
    switch_pages(flow.id, live=flow.live)
    switch_mailboxes(flow.id, live=flow.live)


def unroute(flow: Flow) -> None:
    """Take all addresses and schedules of the flow away."""
    drop_routes(flow.id)
    drop_schedules(flow.id)
    drop_entries(flow.id)
    drop_pages(flow.id)
    drop_mailboxes(flow.id)
    drop_pins(flow.id)


def _taken(taken: AddressTakenError | PageTakenError) -> Issue:
    return Issue(
        "address_taken",
        str(taken),
        _("Choose another address in this step."),
        node=taken.node.id,
        key=taken.node.key,
        field="path",
    )
