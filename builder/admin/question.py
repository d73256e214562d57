"""The page on which a question is decided, and the way to it from a mail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from builder.admin.review_fields import fields_of, read_filled
from builder.services.access import choose_workspace
from runtime.admin.cells import moment
from runtime.api.shapes import nodes_by_key
from runtime.models import Run
from runtime.sdk.review import as_written, said_before
from runtime.services.access import access
from runtime.services.approvals import (
    Question,
    find_question,
    is_kept_out,
    may_decide,
    questions_of,
)
from runtime.services.decide import (
    DECIDED_WORDS,
    GOOD,
    LONGEST_NOTE,
    Decided,
    Filled,
    NotRightError,
    decide,
)
from runtime.services.step_address import read_decision_token, read_question_token

INPUT = (
    "border border-base-200 bg-white font-medium min-w-20 placeholder-base-400 rounded-default "
    "shadow-xs text-font-default-light text-sm focus:outline-2 focus:-outline-offset-2 "
    "focus:outline-primary-600 dark:bg-base-900 dark:border-base-700 dark:text-font-default-dark "
    "px-3 py-2 w-full"
)


def question_page(request: HttpRequest, wait_id: UUID) -> HttpResponse:
    """Show a question; by POST, decide it and go back to the others."""
    asked = asked_here(request, wait_id)
    if request.method != "POST":
        return _page(request, asked)
    approved = {"approve": True, "reject": False}.get(request.POST.get("decision", ""))
    if approved is None:
        return redirect("inbox-question", wait_id)
    note, filled = request.POST.get("note", ""), read_filled(request)
    try:
        decided = decide(asked, by=request.user, approved=approved, note=note, filled=filled)
    except NotRightError as error:
        messages.error(request, _("Something is not right yet. Please look at the marked answers."))
        wrong = {"answers": error.answers, "data": error.data}
        return _page(request, asked, note, filled, wrong)
    if decided is Decided.NOT_YOURS:
        raise PermissionDenied
    if decided in GOOD:
        messages.success(request, _taken(asked, decided, approved=approved))
        return redirect("inbox")
    messages.error(request, str(DECIDED_WORDS[decided]))
    # What was changed was about data that is not there any more: it is looked at anew.
    kept = None if decided is Decided.CHANGED else filled
    return _page(request, asked_here(request, wait_id), note, kept)


def from_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Lead who followed an address from a mail to its question, in the workspace it is in."""
    wait_id = read_question_token(token)
    if wait_id is not None:
        return redirect("inbox-question", asked_here(request, wait_id).id)
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


def asked_here(request: HttpRequest, wait_id: UUID) -> Question:
    """Return a question of one of the person's workspaces, and go there if it is another one."""
    asked = find_question(wait_id)
    if asked is None or not choose_workspace(request, asked.run.workspace_id):
        raise Http404
    return asked


def flow_of(run: Run) -> str:
    """Return the name of the flow that asks."""
    names = access().flow_names(frozenset({run.flow_id} if run.flow_id else ()))
    return next(iter(names.values()), _("a flow that was deleted"))


def step_of(asked: Question) -> str:
    """Return what the step that asks is called."""
    node = nodes_by_key(asked.run.snapshot_id).get(asked.key)
    return node.name if node else asked.key


def _page(
    request: HttpRequest,
    asked: Question,
    note: str = "",
    filled: Filled | None = None,
    wrong: Any = None,
) -> HttpResponse:
    mine = said_before(asked.votes, request.user.get_username())
    context = {
        **admin.site.each_context(request),
        "title": _("A question for you"),
        "asked": asked,
        "step": step_of(asked),
        "flow": flow_of(asked.run),
        "asked_at": moment(asked.asked_at),
        "until": moment(asked.until),
        "decided_at": moment(asked.decided.at) if asked.decided else "",
        "yours": asked.open and mine is None and may_decide(request.user, asked),
        "waits_for_others": asked.open and mine is not None,
        "kept_out": is_kept_out(request.user, asked),
        "note": note,
        "longest_note": LONGEST_NOTE,
        "input_class": INPUT,
        "filled": fields_of(asked, filled, wrong or {}),
        "progress": _progress(asked),
        "votes": [_vote(vote) for vote in asked.votes],
        "changes": _changes(asked),
        "given": _given(asked),
        "inbox_url": reverse("inbox"),
        "run_url": reverse("admin:runtime_run_change", args=[asked.run.id]),
    }
    return TemplateResponse(request, "builder/admin/question.html", context)


def _progress(asked: Question) -> str:
    if asked.needed < 2:
        return ""
    agreed = len(asked.agreed)
    words = ngettext(
        "%(agreed)d of %(needed)d people who must agree has done so.",
        "%(agreed)d of %(needed)d people who must agree have done so.",
        agreed,
    )
    return words % {"agreed": agreed, "needed": asked.needed}


def _vote(vote: Any) -> dict[str, Any]:
    return {
        "name": vote.name,
        "approved": vote.approved,
        "outdated": vote.outdated,
        "note": vote.note,
        "at": moment(datetime.fromisoformat(vote.at)),
    }


def _changes(asked: Question) -> list[dict[str, str]]:
    """Return what was changed, as what stood there and what stands there now."""
    made = (
        asked.decided.changes
        if asked.decided
        else [(change, vote.name) for vote in asked.votes for change in vote.changes]
    )
    return [
        {
            "field": change.field,
            "before": as_written(change.before),
            "after": as_written(change.after),
            "by": by,
        }
        for change, by in made
    ]


def _given(asked: Question) -> list[tuple[str, str]]:
    answers = asked.decided.answers if asked.decided else {}
    return [(name, as_written(value)) for name, value in answers.items() if value is not None]


def _taken(asked: Question, decided: Decided, *, approved: bool) -> str:
    if decided is Decided.COUNTED:
        return str(DECIDED_WORDS[decided])
    words = _("Approved: %s") if approved else _("Rejected: %s")
    return words % asked.question
