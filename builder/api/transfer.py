"""`/api/flows/import/`, `export/` and `duplicate/`: flows as files and as copies."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.api.flow_shapes import flow_detail
from builder.api.schemas import FlowSchema
from builder.models import Flow
from builder.services.create_flow import create_flow, duplicate_flow
from builder.services.transfer import export_flow
from runtime.api.base import ScopedView


class ImportSchema(serializers.Serializer[object]):
    name = serializers.CharField(max_length=200)
    graph = serializers.DictField()


class ImportView(ScopedView):
    permissions = {"POST": "builder.add_flow"}

    @extend_schema(request=ImportSchema, responses={201: FlowSchema})
    def post(self, request: Request) -> Response:
        """Make a flow from a document that was exported. Nothing in it runs by importing it."""
        flow = create_flow(
            workspace_id=self.workspace(),
            actor=request.user,
            action="flow_imported",
            **checked(ImportSchema, request),
        )
        return Response(flow_detail(flow, request), status=status.HTTP_201_CREATED)


class ExportView(ScopedView):
    permissions = {"GET": "builder.view_flow"}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, flow_id: UUID) -> HttpResponse:
        """Return the draft as a file. It holds no secrets: connections are named by id only."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        text = export_flow(flow, actor=request.user)
        response = HttpResponse(text, content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="flow-{flow.id}.json"'
        return response


class DuplicateView(ScopedView):
    permissions = {"POST": "builder.add_flow"}

    @extend_schema(request=None, responses={201: FlowSchema})
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Copy a flow."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        copy = duplicate_flow(flow, actor=request.user)
        return Response(flow_detail(copy, request), status=status.HTTP_201_CREATED)
