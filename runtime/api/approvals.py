"""`/api/approvals/`: the questions that wait for the person who asks, and deciding them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from runtime.api.base import ScopedView
from runtime.api.schemas import ApprovalListSchema, ApprovalSchema, DecisionSchema
from runtime.api.shapes import iso, nodes_by_key
from runtime.models import Run
from runtime.sdk.forms import name_of
from runtime.sdk.review import as_written, said_before, version_of
from runtime.services.access import access
from runtime.services.approvals import Question, find_question, may_decide, questions_for
from runtime.services.decide import (
    DECIDED_WORDS,
    GOOD,
    Decided,
    Filled,
    NotRightError,
    decide,
)

STATUS: Mapping[Decided, int] = {
    Decided.TAKEN: 200,
    Decided.COUNTED: 200,
    Decided.USED: 409,
    Decided.ALREADY: 409,
    Decided.CHANGED: 409,
    Decided.GONE: 410,
    Decided.NOT_YOURS: 403,
    Decided.NO_NOTE: 400,
}


class ApprovalsView(ScopedView):
    permissions = {"GET": "runtime.view_run"}

    @extend_schema(operation_id="approvals_list", responses=ApprovalListSchema)
    def get(self, request: Request) -> Response:
        """Return the open questions that you may decide, the most urgent first."""
        found = questions_for(request.user, self.workspace())
        return Response({"results": [_shape(asked, request) for asked in found]})


class ApprovalView(ScopedView):
    # Whom the question is meant for is asked by the service: it may be one viewer.
    permissions = {"GET": "runtime.view_run", "POST": "runtime.view_run"}

    @extend_schema(responses=ApprovalSchema)
    def get(self, request: Request, wait_id: UUID) -> Response:
        """Return a question, and what was decided."""
        return Response(_shape(self._asked(wait_id), request))

    @extend_schema(
        request=DecisionSchema,
        responses={200: ApprovalSchema, 400: None, 403: None, 409: None, 410: None},
    )
    def post(self, request: Request, wait_id: UUID) -> Response:
        """Approve or reject: each person once, in its time.

        `answers` are by the names of the form's fields, `changes` are new values by the names of
        the data. Hand `seen` back as it was read, so that nobody agrees to data that changed since.
        """
        asked = self._asked(wait_id)
        values = DecisionSchema(data=request.data)
        values.is_valid(raise_exception=True)
        said = values.validated_data
        filled = Filled(_texts(said["answers"]), _texts(said["changes"]), said["seen"])
        yes, note = said["approved"], said["note"]
        try:
            decided = decide(asked, by=request.user, approved=yes, note=note, filled=filled)
        except NotRightError as error:
            wrong = {**error.answers, **error.data}
            message = _("These are not right yet: %s") % ", ".join(sorted(wrong))
            return Response({"message": message, "fields": wrong}, status=400)
        if decided not in GOOD:
            return Response({"message": DECIDED_WORDS[decided]}, status=STATUS[decided])
        return Response(_shape(self._asked(wait_id), request))

    def _asked(self, wait_id: UUID) -> Question:
        asked = find_question(wait_id)
        if asked is None:
            raise Http404
        self.find(Run.objects.all(), id=asked.run.id)
        return asked


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Return values as a browser would send them."""
    return {name: as_written(value) for name, value in values.items()}


def _shape(asked: Question, request: Request) -> dict[str, Any]:
    run = asked.run
    names = access().flow_names(frozenset({run.flow_id} if run.flow_id else ()))
    step = nodes_by_key(run.snapshot_id).get(asked.key)
    decided = asked.decided
    return {
        "id": str(asked.id),
        "run": str(run.id),
        "flow": next(iter(names.values()), None),
        "key": asked.key,
        "step": step.name if step else asked.key,
        "iteration": asked.iteration,
        "item": asked.item,
        "question": asked.question,
        "text": asked.text,
        "shown": [{"name": name, "value": value} for name, value in asked.shown],
        "note": asked.note,
        "asked_at": iso(asked.asked_at),
        "until": iso(asked.until),
        "open": asked.open,
        "yours": asked.open
        and said_before(asked.votes, request.user.get_username()) is None
        and may_decide(request.user, asked),
        "data": [{"name": one.name, "value": one.value} for one in asked.data_now],
        "seen": version_of(asked.votes),
        "form": [
            {
                "name": name_of(one),
                "label": one.label,
                "kind": one.kind,
                "choices": list(one.choices),
                "required": one.required,
            }
            for one in asked.form
        ],
        "needed": asked.needed,
        "votes": [vote.dump() for vote in asked.votes],
        "decision": decided
        and {
            "approved": decided.approved,
            "by": decided.by,
            "note": decided.note,
            "at": iso(decided.at),
            "answers": decided.answers,
            "changes": [
                {"field": one.field, "before": one.before, "after": one.after, "by": by}
                for one, by in decided.changes
            ],
        },
    }
