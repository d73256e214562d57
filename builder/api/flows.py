"""`/api/flows/`: list, make, look at, rename, switch and delete flows."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.api.flow_shapes import flow_detail, flow_list
from builder.api.schemas import (
    ErrorSchema,
    FlowChangeSchema,
    FlowListSchema,
    FlowSchema,
    NewFlowSchema,
)
from builder.models import Flow
from builder.services.change_flow import change_flow
from builder.services.create_flow import create_flow
from builder.services.delete_flow import delete_flow
from builder.services.set_live import set_live
from runtime.api.base import ScopedView
from runtime.api.paging import page_of


class FlowsView(ScopedView):
    permissions = {"GET": "builder.view_flow", "POST": "builder.add_flow"}

    @extend_schema(
        operation_id="flows_list",
        parameters=[OpenApiParameter("cursor", str)],
        responses=FlowListSchema,
    )
    def get(self, request: Request) -> Response:
        """Return the workspace's flows, the newest first."""
        rows, following = page_of(Flow.objects.in_workspace(self.workspace()), request)
        return Response({"results": flow_list(rows, request), "next": following})

    @extend_schema(request=NewFlowSchema, responses={201: FlowSchema, 400: ErrorSchema})
    def post(self, request: Request) -> Response:
        """Make a flow."""
        values = checked(NewFlowSchema, request)
        flow = create_flow(workspace_id=self.workspace(), actor=request.user, **values)
        return Response(flow_detail(flow, request), status=status.HTTP_201_CREATED)


class FlowView(ScopedView):
    permissions = {
        "GET": "builder.view_flow",
        "PATCH": "builder.switch_flow",
        "DELETE": "builder.delete_flow",
    }

    @extend_schema(responses=FlowSchema)
    def get(self, request: Request, flow_id: UUID) -> Response:
        """Return one flow."""
        return Response(flow_detail(self.find(Flow.objects.all(), id=flow_id), request))

    @extend_schema(request=FlowChangeSchema, responses={200: FlowSchema, 400: ErrorSchema})
    def patch(self, request: Request, flow_id: UUID) -> Response:
        """Switch the flow (operators) or rename it (editors)."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = checked(FlowChangeSchema, request)
        live = values.pop("live", None)
        if values and not request.user.has_perm("builder.change_flow", flow):
            raise PermissionDenied
        if values:
            change_flow(flow, actor=request.user, **values)
        if live is not None:
            set_live(flow, live=live, actor=request.user)
        return Response(flow_detail(flow, request))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, flow_id: UUID) -> Response:
        """Delete the flow; its runs stay."""
        delete_flow(self.find(Flow.objects.all(), id=flow_id), actor=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
