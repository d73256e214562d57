"""`/api/flows/{id}/next-times/`: when a trigger would start the flow, as it is set right now."""

from dataclasses import asdict
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.api.schemas import AskTimesSchema, NextTimesSchema
from builder.models import Flow
from runtime.api.base import ScopedView
from runtime.services.next_times import next_times


class NextTimesView(ScopedView):
    permissions = {"POST": "builder.view_flow"}

    @extend_schema(request=AskTimesSchema, responses=NextTimesSchema)
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Return the trigger's timetable in words and its next five times, saved or not."""
        self.find(Flow.objects.all(), id=flow_id)
        values = checked(AskTimesSchema, request)
        return Response(asdict(next_times(values["type"], values["params"])))
