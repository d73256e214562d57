"""`/api/flows/{id}/counts/`: how often each step may run, as far as the last good run tells."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from builder.models import Flow
from runtime.api.base import ScopedView
from runtime.services.flow_activity import last_items


class CountsSchema(serializers.Serializer[object]):
    """`items`: by a step's key, how many items came in."""

    items = serializers.DictField(child=serializers.IntegerField())


class CountsView(ScopedView):
    permissions = {"GET": "builder.view_flow"}

    @extend_schema(responses=CountsSchema)
    def get(self, request: Request, flow_id: UUID) -> Response:
        """Return the items each step was given in the last run that succeeded."""
        flow = self.find(Flow.objects.only("id", "workspace_id"), id=flow_id)
        return Response({"items": last_items(flow.id)})
