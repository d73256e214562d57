"""What the side bar shows to whom. Hiding is a kindness; each page checks its permission itself."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from builder.models import Role, Workspace
from builder.services.access import current_workspace, role_in, roles_of
from builder.services.whole_install import looks_after_everything
from runtime.services.approvals import questions_for


def everybody(request: HttpRequest) -> bool:
    """Shown to every member."""
    return bool(roles_of(request.user))


def editors(request: HttpRequest) -> bool:
    """Shown to those who draw flows."""
    return _reaches(request, Role.EDITOR)


def admins(request: HttpRequest) -> bool:
    """Shown to those who look after people."""
    return _reaches(request, Role.ADMIN)


def all_admins(request: HttpRequest) -> bool:
    """Shown to those who look after all of this Segue."""
    return looks_after_everything(request.user)


def among_flows(request: HttpRequest) -> bool:
    """Return whether the entry *Flows* is marked."""
    return _below(request, "builder_flow_changelist") and not among_runs(request)


def among_runs(request: HttpRequest) -> bool:
    """Return whether *Runs* is: a run that is run again lives below the flows, but is a run."""
    match = request.resolver_match
    named = match.url_name if match else None
    return named == "builder_run_again" or _below(request, "runtime_run_changelist")


def waiting_count(request: HttpRequest) -> str:
    """Return how many questions wait for the person, in the badge; nothing where there are none."""
    workspace_id = current_workspace(request)
    found = len(questions_for(request.user, workspace_id)) if workspace_id else 0
    return str(found) if found else ""


def among_questions(request: HttpRequest) -> bool:
    """Return whether *Waiting for me* is marked."""
    return request.path.startswith(reverse("inbox"))


def among_tables(request: HttpRequest) -> bool:
    """Return whether *Tables* is marked: rows have no entry of their own."""
    return any(_below(request, f"runtime_{name}_changelist") for name in ("datatable", "datarow"))


def workspace_name(request: HttpRequest) -> str:
    """Return the line under the product's name."""
    workspace_id = current_workspace(request)
    return Workspace.objects.get(id=workspace_id).name if workspace_id else ""


def workspace_choices(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the person's workspaces, when there is something to choose."""
    ids = list(roles_of(request.user))
    if len(ids) < 2:
        return []
    current = current_workspace(request)
    return [
        {
            "title": workspace.name,
            "icon": "check" if workspace.id == current else "domain",
            "link": reverse("choose", args=[workspace.id]),
        }
        for workspace in Workspace.objects.filter(id__in=ids)
    ]


def role_name(request: HttpRequest) -> str:
    """Return the person's role here, in words."""
    role = role_in(request.user, current_workspace(request))
    return str(role.label).partition(":")[0] if role else _("no role")


def _below(request: HttpRequest, page: str) -> bool:
    return request.path.startswith(reverse(f"admin:{page}"))


def _reaches(request: HttpRequest, least: Role) -> bool:
    role = role_in(request.user, current_workspace(request))
    return role is not None and role.rank >= least.rank
