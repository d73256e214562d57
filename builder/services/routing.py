"""Keeps the addresses that start a flow in step with its draft and its live version."""

from uuid import UUID

from builder.models import Flow
from runtime.graph.document import Document
from runtime.services.routes import drop_routes, set_live_switch, set_routes


def route_live(flow: Flow, document: Document, snapshot_id: UUID) -> None:
    """Point the live addresses to the version that was just published."""
    set_routes(
        flow_id=flow.id,
        flow_name=flow.name,
        workspace_id=flow.workspace_id,
        document=document,
        snapshot_id=snapshot_id,
        version=flow.live_version,
        mode="live",
        live=flow.live,
    )


def route_draft(flow: Flow, document: Document, snapshot_id: UUID) -> None:
    """Point the test addresses to the draft."""
    set_routes(
        flow_id=flow.id,
        flow_name=flow.name,
        workspace_id=flow.workspace_id,
        document=document,
        snapshot_id=snapshot_id,
        version=None,
        mode="test",
        live=True,
    )


def switch_routes(flow: Flow) -> None:
    """Open or close the live addresses."""
    set_live_switch(flow.id, live=flow.live)


def unroute(flow: Flow) -> None:
    """Take all addresses of the flow away."""
    drop_routes(flow.id)
