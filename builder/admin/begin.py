"""The first question of every flow: what should start it? Answered, the canvas opens."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from builder.models import Flow
from builder.services.begin_flow import begin_flow, starters
from builder.services.refusals import Refusal
from builder.services.tour import tour_seen
from runtime.services.spoken import spoken

# Way of starting -> icon of this admin, and its place: what people most often look for first.
_ICONS = {
    "form": "list_alt",
    "webhook": "webhook",
    "schedule": "schedule",
    "chat": "chat",
    "mail": "mail",
    "manual": "touch_app",
}


def begin_page(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    """Ask; by POST, make the flow and open it, with the tour for whoever has not seen it."""
    if request.method == "POST":
        try:
            flow = begin_flow(
                request.POST.get("start", ""),
                name=request.POST.get("name", ""),
                workspace_id=workspace_id,
                actor=request.user,
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            canvas = reverse("canvas", args=[flow.id])
            return redirect(canvas if tour_seen(request.user) else f"{canvas}?tour=1")
    context = {**admin.site.each_context(request), "title": _("New flow"), "starts": choices()}
    return TemplateResponse(request, "builder/admin/begin.html", context)


def choices() -> list[dict[str, Any]]:
    """Return the ways to start, as the page shows them."""
    found = starters()
    order = [*(kind for kind in _ICONS if kind in found), *(k for k in found if k not in _ICONS)]
    return [
        {
            "kind": kind,
            "icon": _ICONS.get(kind, "bolt"),
            "label": spoken(found[kind].trigger.label),  # type: ignore[union-attr]  # they all have one
            "help": spoken((found[kind].__doc__ or "").strip().splitlines()[0]),
        }
        for kind in order
    ]


def is_new(user: Any, workspace_id: UUID) -> bool:
    """Whether this person has drawn nothing here yet."""
    flows = Flow.objects.in_workspace(workspace_id)
    return not flows.filter(draft_updated_by_id=user.pk).exists()
