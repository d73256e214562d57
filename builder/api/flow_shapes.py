"""Turns flows and versions into the JSON the API promises; one query for a list, not one a row."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from rest_framework.request import Request

from builder.models import Flow, FlowVersion
from builder.services.addresses import public_url
from runtime.services.entries import callable_among
from runtime.services.flow_activity import last_runs, runs_in_progress
from runtime.services.pages import pages_of
from runtime.services.routes import routes_of
from runtime.services.schedules import Upcoming, upcoming_of


def flow_list(flows: Sequence[Flow], request: Request) -> list[dict[str, Any]]:
    """Return the flows with their last runs and what starts them."""
    ids = [flow.id for flow in flows]
    last, routes, upcoming = last_runs(ids), routes_of(ids), upcoming_of(ids)
    pages = pages_of(ids)
    callable_ones = callable_among(ids)
    base = public_url(request)
    return [
        {
            "id": str(flow.id),
            "name": flow.name,
            "description": flow.description,
            "live": flow.live,
            "live_version": flow.live_version,
            "draft_changes": flow.draft_changes,
            "updated_at": flow.updated_at,
            "callable": flow.id in callable_ones,
            "last_run": last.get(flow.id),
            "triggers": [
                *(_webhook(f"{base}/hooks/{path}") for path in routes.get(flow.id, [])),
                *(_page(f"{base}/{kind}s/{path}/", kind) for kind, path in pages.get(flow.id, [])),
                *(_schedule(row) for row in upcoming.get(flow.id, [])),
            ],
        }
        for flow in flows
    ]


def _webhook(url: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("words", "zone", "next_at", "note"))
    return {"kind": "webhook", "url": url, **nothing}


def _page(url: str, kind: str) -> dict[str, Any]:
    return {**_webhook(url), "kind": kind}


def _schedule(row: Upcoming) -> dict[str, Any]:
    return {"kind": "schedule", "url": None, **asdict(row)}


def flow_detail(flow: Flow, request: Request) -> dict[str, Any]:
    """Return one flow."""
    return flow_list([flow], request)[0]


def versions(flow: Flow, rows: Iterable[FlowVersion]) -> list[dict[str, Any]]:
    """Return versions with how many runs are still on each."""
    busy = runs_in_progress(flow.id)
    return [
        {
            "number": row.number,
            "note": row.note,
            "author": _name(row),
            "published_at": row.published_at,
            "live": flow.live and row.number == flow.live_version,
            "runs_in_progress": busy.get(row.number, 0),
        }
        for row in rows
    ]


def _name(version: FlowVersion) -> str | None:
    author = version.author
    return (author.get_full_name() or author.get_username()) if author else None
