"""*Waiting for me*: the questions that runs ask, and deciding several of them at once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from builder.admin.question import INPUT, flow_of, from_mail, question_page, step_of
from builder.services.access import current_workspace
from runtime.admin.cells import moment
from runtime.services.approvals import Question, questions_for
from runtime.services.decide import DECIDED_WORDS, GOOD, LONGEST_NOTE, Decided, decide


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
    """List what waits for the person, here; by POST, decide what they chose."""
    workspace_id = current_workspace(request)
    found = questions_for(request.user, workspace_id) if workspace_id else []
    if request.method == "POST":
        return _decide_chosen(request, found)
    context = {
        **admin.site.each_context(request),
        "title": _("Waiting for me"),
        "questions": [_row(asked) for asked in found],
        "several": sum(1 for asked in found if not asked.asks_more) > 1,
        "longest_note": LONGEST_NOTE,
        "input_class": INPUT,
    }
    return TemplateResponse(request, "builder/admin/inbox.html", context)


def _decide_chosen(request: HttpRequest, found: Sequence[Question]) -> HttpResponse:
    """Decide the chosen questions, each for itself: what went wrong with one stops no other."""
    approved = {"approve": True, "reject": False}.get(request.POST.get("decision", ""))
    wanted = {_id(text) for text in request.POST.getlist("chosen")}
    chosen = [asked for asked in found if asked.id in wanted and not asked.asks_more]
    if approved is None or not wanted:
        messages.info(request, _("Choose the questions first."))
        return redirect("inbox")
    note = request.POST.get("note", "")
    results = [decide(asked, by=request.user, approved=approved, note=note) for asked in chosen]
    # What is not open any more is not found: somebody else was faster.
    results += [Decided.USED] * (len(wanted) - len(chosen))
    taken = sum(1 for decided in results if decided in GOOD)
    if taken:
        words = (
            ngettext("%d question approved.", "%d questions approved.", taken)
            if approved
            else ngettext("%d question rejected.", "%d questions rejected.", taken)
        )
        messages.success(request, words % taken)
    for decided in sorted(set(results) - set(GOOD)):
        count = results.count(decided)
        messages.error(request, f"{count}: {DECIDED_WORDS[decided]}")
    return redirect("inbox")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _row(asked: Question) -> dict[str, Any]:
    return {
        "id": asked.id,
        "url": reverse("inbox-question", args=[asked.id]),
        "question": asked.question,
        "flow": flow_of(asked.run),
        "step": step_of(asked),
        "asked": moment(asked.asked_at),
        "until": moment(asked.until),
        "asks_more": asked.asks_more,
        "urgent": asked.reminded or asked.escalated,
        "agreed": len(asked.agreed),
        "needed": asked.needed,
    }
