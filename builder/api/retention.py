"""`/api/flows/{id}/retention/`: how long a flow's runs are kept."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.api.schemas import ErrorSchema, KeptDaysSchema, RetentionSchema
from builder.models import Flow
from builder.services.change_retention import change_retention
from runtime.api.base import ScopedView
from runtime.retention import Wish
from runtime.services.retention import read_retention, retention_json


class RetentionView(ScopedView):
    permissions = {"GET": "builder.view_flow", "PUT": "builder.change_retention"}

    @extend_schema(responses=RetentionSchema)
    def get(self, request: Request, flow_id: UUID) -> Response:
        """Return how long runs are kept."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        return Response(retention_json(read_retention(flow.id)))

    @extend_schema(request=KeptDaysSchema, responses={200: RetentionSchema, 400: ErrorSchema})
    def put(self, request: Request, flow_id: UUID) -> Response:
        """Change how long runs are kept, at once and for all runs there are."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = checked(KeptDaysSchema, request)
        wish = Wish(
            values["finished_days"],
            values["failed_days"],
            values["test_days"],
            values["most_runs"],
        )
        change_retention(flow, wish, actor=request.user)
        return Response(retention_json(read_retention(flow.id)))
