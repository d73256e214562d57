"""`/api/flows/{id}/run/` and `preview/`: try a flow, or one field of it."""

import time
from uuid import UUID

from django.db import DatabaseError
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.api.schemas import ErrorSchema, PreviewSchema, StartRunSchema
from builder.models import Flow
from builder.services.documents import read_document
from builder.services.run_flow import run_flow
from runtime.api.base import ScopedView
from runtime.api.runs import run_detail
from runtime.api.schemas import RunStartedSchema
from runtime.models import Run, RunStatus
from runtime.services.away import is_away
from runtime.services.preview import preview

LONGEST_WAIT = 30.0  # seconds
LOOK_AGAIN = 0.05


class RunFlowView(ScopedView):
    permissions = {"POST": "builder.run_flow"}

    @extend_schema(
        request=StartRunSchema,
        responses={200: RunStartedSchema, 202: RunStartedSchema, 422: ErrorSchema},
    )
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Start a run; with `wait`, answer when it is over, or after 30 seconds as it is then."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = checked(StartRunSchema, request)
        run_id = run_flow(
            flow,
            draft=values["draft"],
            actor=request.user,
            trigger_key=values.get("trigger"),
            given=values.get("input"),
        )
        run = wait_until_over(run_id, LONGEST_WAIT if values["wait"] else 0.0)
        if run is None:
            return Response({"run": {"id": str(run_id), "status": RunStatus.QUEUED}}, status=202)
        code = status.HTTP_200_OK if run.over else status.HTTP_202_ACCEPTED
        return Response({"run": run_detail(run)}, status=code)


class PreviewView(ScopedView):
    permissions = {"POST": "builder.view_flow"}

    @extend_schema(request=PreviewSchema, responses={200: None})
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Return what one field would hold for sample data: `{value}` or `{error}`."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = checked(PreviewSchema, request)
        document = read_document(values.get("graph") or flow.draft)
        answer = preview(
            document,
            key=values["key"],
            field=values["field"],
            value=values["value"],
            data=values.get("data") or {},
        )
        return Response(answer)


def wait_until_over(run_id: UUID, seconds: float) -> Run | None:
    """Return the run when it is over, or as it is after so long; None if it cannot be read.

    It is accepted: whoever started it must not hear that it failed because the database is away.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            run = Run.objects.get(id=run_id)
        except DatabaseError as error:
            if not is_away(error) or time.monotonic() > until:
                return None
        else:
            if run.over or time.monotonic() > until:
                return run
        time.sleep(LOOK_AGAIN)
