"""`/api/flows/{id}/compare/`: what differs between two versions, or between draft and version."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.api.schemas import ErrorSchema
from builder.models import Flow
from builder.services.compare import DRAFT, compare, side
from builder.services.documents import read_document
from runtime.api.base import ScopedView

SIDES = [
    OpenApiParameter("before", str, description="`draft` or a version's number."),
    OpenApiParameter("after", str, description="`draft` or a version's number."),
]


class ChangeDetailSchema(serializers.Serializer[object]):
    """One setting. `before` is empty where the label says it all."""

    # Named by the contract; the name hides an attribute DRF itself uses only on bound fields.
    label = serializers.CharField()  # type: ignore[assignment]
    before = serializers.CharField()
    after = serializers.CharField()


class ChangeSchema(serializers.Serializer[object]):
    """One thing that differs; `node` is the id of a step, note or group."""

    what = serializers.ChoiceField(choices=["step", "wire", "settings", "note", "group"])
    how = serializers.ChoiceField(choices=["added", "changed", "removed"])
    node = serializers.CharField(allow_null=True)
    edge = serializers.DictField(allow_null=True)
    name = serializers.CharField()
    details = ChangeDetailSchema(many=True)


class ComparedSchema(serializers.Serializer[object]):
    before = serializers.DictField()
    after = serializers.DictField()
    changes = ChangeSchema(many=True)


class CompareWithSchema(serializers.Serializer[object]):
    graph = serializers.DictField()


class CompareView(ScopedView):
    permissions = {"GET": "builder.view_flow", "POST": "builder.view_flow"}

    @extend_schema(parameters=SIDES, responses={200: ComparedSchema, 400: ErrorSchema})
    def get(self, request: Request, flow_id: UUID) -> Response:
        """Compare two of the flow's graphs: by default, what publishing the draft would change."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        live = str(flow.live_version) if flow.live_version else DRAFT
        before = side(flow, request.query_params.get("before", live))
        after = side(flow, request.query_params.get("after", DRAFT))
        return Response(compare(before, after))

    @extend_schema(request=CompareWithSchema, responses={200: ComparedSchema, 400: ErrorSchema})
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Compare the stored draft with a graph that is not stored; nothing is saved."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        mine = read_document(checked(CompareWithSchema, request)["graph"])
        return Response(compare(side(flow, DRAFT), mine))
