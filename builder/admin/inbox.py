"""*Waiting for me*: the questions that runs ask, and the page on which one is decided."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from builder.services.access import choose_workspace, current_workspace
from runtime.admin.cells import link, moment
from runtime.api.shapes import nodes_by_key
from runtime.models import Run
from runtime.services.access import access
from runtime.services.approvals import (
    Question,
    find_question,
    may_decide,
    questions_for,
    questions_of,
)
from runtime.services.decide import DECIDED_WORDS, LONGEST_NOTE, Decided, decide
from runtime.services.step_address import read_decision_token


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the addresses of the inbox; they go before those of the admin itself."""
    return [
        path("admin/waiting/", site.admin_view(inbox_page), name="inbox"),
        path(
            "admin/waiting/<uuid:wait_id>/", site.admin_view(question_page), name="inbox-question"
        ),
        path("decide/<str:token>/", site.admin_view(from_mail), name="decide"),
    ]


def inbox_page(request: HttpRequest) -> HttpResponse:
    """List what waits for the person, here."""
    workspace_id = current_workspace(request)
    found = questions_for(request.user, workspace_id) if workspace_id else []
    context = {
        **admin.site.each_context(request),
        "title": _("Waiting for me"),
        "questions": {
            "headers": [_("Question"), _("Flow"), _("Asked"), _("Decide until")],
            "rows": [_row(asked) for asked in found],
        },
    }
    return TemplateResponse(request, "builder/admin/inbox.html", context)


def question_page(request: HttpRequest, wait_id: UUID) -> HttpResponse:
    """Show a question; by POST, decide it and go back to the others."""
    asked = _asked(request, wait_id)
    note = ""
    if request.method == "POST":
        note = request.POST.get("note", "")
        approved = {"approve": True, "reject": False}.get(request.POST.get("decision", ""))
        if approved is None:
            return redirect("inbox-question", wait_id)
        decided = decide(asked, by=request.user, approved=approved, note=note)
        if decided is Decided.NOT_YOURS:
            raise PermissionDenied
        if decided is Decided.TAKEN:
            messages.success(request, _taken(asked, approved=approved))
            return redirect("inbox")
        messages.error(request, str(DECIDED_WORDS[decided]))
        asked = _asked(request, wait_id)
    context = {
        **admin.site.each_context(request),
        "title": _("A question for you"),
        "asked": asked,
        "step": _step(asked),
        "flow": _flow(asked.run),
        "asked_at": moment(asked.asked_at),
        "until": moment(asked.until),
        "decided_at": moment(asked.decided.at) if asked.decided else "",
        "yours": asked.open and may_decide(request.user, asked),
        "note": note,
        "longest_note": LONGEST_NOTE,
        "inbox_url": reverse("inbox"),
        "run_url": reverse("admin:runtime_run_change", args=[asked.run.id]),
    }
    return TemplateResponse(request, "builder/admin/question.html", context)


def from_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Lead who followed an address from a mail to its question, in the workspace it is in."""
    named = read_decision_token(token)
    run = Run.objects.filter(id=named[0]).first() if named else None
    if named is None or run is None or not choose_workspace(request, run.workspace_id):
        raise Http404
    found = questions_of(run, named[1])
    still_open = [asked for asked in found if asked.open]
    if len(still_open) > 1:
        return redirect("inbox")
    shown = still_open or found[-1:]
    if shown:
        return redirect("inbox-question", shown[0].id)
    words = _("This run is over.") if run.over else _("The flow has not come to this question yet.")
    messages.info(request, words)
    return redirect("inbox")


def _asked(request: HttpRequest, wait_id: UUID) -> Question:
    """Return a question of one of the person's workspaces, and go there if it is another one."""
    asked = find_question(wait_id)
    if asked is None or not choose_workspace(request, asked.run.workspace_id):
        raise Http404
    return asked


def _taken(asked: Question, *, approved: bool) -> str:
    words = _("Approved: %s") if approved else _("Rejected: %s")
    return words % asked.question


def _row(asked: Question) -> list[Any]:
    return [
        link(reverse("inbox-question", args=[asked.id]), asked.question),
        _flow(asked.run),
        moment(asked.asked_at),
        moment(asked.until),
    ]


def _flow(run: Run) -> str:
    names = access().flow_names(frozenset({run.flow_id} if run.flow_id else ()))
    return next(iter(names.values()), _("a flow that was deleted"))


def _step(asked: Question) -> str:
    node = nodes_by_key(asked.run.snapshot_id).get(asked.key)
    return node.name if node else asked.key
