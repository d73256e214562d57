"""Home: what ran, what failed, what waits, how the parts do. Reads only."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from builder.admin.begin import choices, is_new
from builder.admin.flow_page import run_row
from builder.admin.navigation import editors, role_name, workspace_name
from builder.models import Flow
from builder.services.access import current_workspace
from builder.services.connect_model import has_own_model
from runtime.admin.cells import link, moment_in
from runtime.models import RunStatus
from runtime.services.approvals import questions_for
from runtime.services.flow_activity import count_since, recent_runs
from runtime.services.health import Part, check_parts
from runtime.services.schedules import upcoming_in

RECENT = 12
UPCOMING = 5


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the index page's context what its template shows."""
    workspace_id = current_workspace(request)
    if workspace_id is None:
        return context
    flows = Flow.objects.in_workspace(workspace_id)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    counts = count_since(workspace_id, today)
    names = dict(flows.values_list("id", "name"))
    runs = recent_runs(workspace_id, RECENT)
    gone = _("a flow that was deleted")
    return {
        **context,
        "title": workspace_name(request),
        "subtitle": None,
        "tiles": _tiles(counts, flows.filter(live=True).count()),
        "waiting": len(questions_for(request.user, workspace_id)),
        "parts": [_part(part) for part in check_parts()],
        "has_flows": bool(names),
        "may_draw": editors(request),
        "starts": choices() if editors(request) and is_new(request.user, workspace_id) else [],
        "offers_models": editors(request) and not has_own_model(workspace_id),
        "your_role": role_name(request),
        "upcoming": {
            "headers": [_("Next run"), _("Flow"), _("Schedule")],
            "rows": _upcoming(workspace_id, names),
        },
        "recent": {
            "headers": [
                _("Started"),
                _("Flow"),
                _("Status"),
                _("Kind"),
                _("Took"),
                _("In a sentence"),
            ],
            "rows": [
                run_row(run, names.get(run.flow_id, gone) if run.flow_id else gone) for run in runs
            ],
        },
    }


def _upcoming(workspace_id: UUID, names: dict[UUID, str]) -> list[list[Any]]:
    return [
        [
            moment_in(row.next_at, row.zone),
            link(reverse("canvas", args=[flow_id]), names.get(flow_id, "–")),
            f"{row.words} ({row.zone})",
        ]
        for flow_id, row in upcoming_in(workspace_id, UPCOMING)
    ]


def _tiles(counts: dict[str, int], live: int) -> list[dict[str, Any]]:
    runs = reverse("admin:runtime_run_changelist")
    failed = counts.get(RunStatus.FAILED, 0) + counts.get(RunStatus.TIMED_OUT, 0)
    return [
        {"title": _("Runs today"), "value": counts["today"], "url": runs, "alarm": False},
        {
            "title": _("Failed today"),
            "value": failed,
            "url": f"{runs}?status={RunStatus.FAILED}",
            "alarm": failed > 0,
        },
        {
            "title": _("Waiting or running now"),
            "value": counts["active"],
            "url": f"{runs}?status={RunStatus.WAITING}",
            "alarm": False,
        },
        {
            "title": _("Live flows"),
            "value": live,
            "url": reverse("admin:builder_flow_changelist"),
            "alarm": False,
        },
    ]


def _part(part: Part) -> dict[str, Any]:
    names = {
        "database": _("Database"),
        "broker": _("Messenger"),
        "worker": _("Workers"),
        "sandbox": _("Formulas and code"),
        "connections": _("Connections"),
    }
    words = {"ok": _("Fine"), "degraded": _("Limited"), "down": _("Down")}
    return {
        "name": names.get(part.name, part.name),
        "state": words[part.state],
        "variant": {"ok": "success", "degraded": "warning", "down": "danger"}[part.state],
        "message": part.message,
    }
