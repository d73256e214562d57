"""What a flow's page shows: its steps, what is wrong with it, its versions and its recent runs."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from builder.admin.alerts import alert_card
from builder.admin.flow_tests import tests_card
from builder.admin.improve import improve_card
from builder.catalogue import catalogue
from builder.models import Flow
from builder.services.addresses import public_url
from builder.services.documents import read_document
from builder.services.prompt_problems import problems_here
from builder.services.refusals import BadDocumentError
from runtime.admin.cells import (
    MODES,
    badge,
    duration,
    label,
    link,
    moment,
    moment_in,
    state_words,
    subtle,
)
from runtime.graph.document import Document
from runtime.graph.issue import Issue
from runtime.models import Run
from runtime.services.flow_activity import runs_in_progress
from runtime.services.mailboxes import mailboxes_of
from runtime.services.pages import pages_of
from runtime.services.routes import routes_of
from runtime.services.schedules import Upcoming, upcoming_of
from runtime.services.spoken import spoken

RECENT = 10


def flow_page(flow: Flow, request: HttpRequest) -> dict[str, Any]:
    """Return the page's context."""
    document, problems = _read(flow)
    routes = routes_of([flow.id]).get(flow.id, [])
    pages = pages_of([flow.id]).get(flow.id, [])
    user = request.user
    return {
        **alert_card(flow),
        **improve_card(flow, request),
        **tests_card(flow),
        "title": flow.name,
        "subtitle": None,
        "flow": flow,
        "canvas_url": reverse("canvas", args=[flow.id]),
        "addresses": [
            *(f"{public_url(request)}/hooks/{path}" for path in routes),
            *(f"{public_url(request)}/{kind}s/{path}/" for kind, path in pages),
        ],
        "schedules": [_schedule(row) for row in upcoming_of([flow.id]).get(flow.id, [])],
        "mailboxes": mailboxes_of(flow.id),
        "problems": [_problem(problem) for problem in problems],
        "steps": {"headers": [_("Step"), _("Kind"), _("Goes on to")], "rows": _steps(document)},
        "versions": {
            "headers": [_("Version"), _("Note"), _("By"), _("Published"), _("Runs in progress")],
            "rows": _versions(flow),
        },
        "runs": {
            "headers": [_("Started"), _("Status"), _("Kind"), _("Took"), _("In a sentence")],
            "rows": _runs(flow),
        },
        "may_run": user.has_perm("builder.run_flow", flow),
        "may_switch": user.has_perm("builder.switch_flow", flow) and flow.live_version,
        "may_duplicate": user.has_perm("builder.add_flow", flow),
        "may_edit": user.has_perm("builder.change_flow", flow),
    }


def _read(flow: Flow) -> tuple[Document, list[Issue]]:
    try:
        document = read_document(flow.draft)
    except BadDocumentError:
        return Document(), []
    return document, problems_here(document, flow.workspace_id)


def _schedule(row: Upcoming) -> dict[str, Any]:
    return {
        "words": f"{row.words} ({row.zone})",
        "next": moment_in(row.next_at, row.zone) if row.next_at else None,
        "note": row.note,
    }


def _problem(issue: Issue) -> dict[str, Any]:
    return {
        "severe": issue.severity == "error",
        "message": spoken(issue.message),
        "fix": spoken(issue.fix),
    }


def _steps(document: Document) -> list[list[Any]]:
    names = {node.id: node.label for node in document.nodes}
    kinds = {kind["type"]: kind["name"] for kind in catalogue()["node_types"]}
    rows = []
    for node in document.nodes:
        targets = [names[e.target] for e in document.edges if e.source == node.id]
        title = format_html('<span class="font-medium text-important">{}</span>', node.label)
        if node.disabled:
            title = format_html("{} {}", title, subtle(_("switched off")))
        going = ", ".join(dict.fromkeys(targets)) or "–"
        rows.append([title, kinds.get(node.type, node.type), going])
    return rows


def _versions(flow: Flow) -> list[list[Any]]:
    busy = runs_in_progress(flow.id)
    rows = []
    for version in flow.versions.select_related("author")[:RECENT]:
        name = f"v{version.number}"
        is_live = flow.live and version.number == flow.live_version
        label = badge("succeeded", _("live")) if is_live else ""
        author = version.author.get_username() if version.author else "Segue"
        rows.append(
            [
                format_html("{} {}", name, label),
                version.note or "–",
                author,
                moment(version.published_at),
                busy.get(version.number, 0),
            ]
        )
    return rows


def _runs(flow: Flow) -> list[list[Any]]:
    rows = Run.objects.filter(flow_id=flow.id, workspace_id=flow.workspace_id)
    return [run_row(run)[:1] + run_row(run)[2:] for run in rows.order_by("-id")[:RECENT]]


def run_row(run: Run, flow_name: str = "") -> list[Any]:
    """Return a run as a row: started, flow, status, kind, took, sentence."""
    return [
        link(reverse("admin:runtime_run_change", args=[run.id]), moment(run.created_at)),
        flow_name,
        badge(run.status, state_words(run.status)),
        label(run.get_mode_display(), MODES.get(run.mode, "default")),
        duration(run.started_at, run.finished_at),
        spoken(run.reason or "–"),
    ]
