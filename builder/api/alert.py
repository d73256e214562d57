"""`/api/flows/{id}/alert/`: who is told by mail when a flow fails."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.api.schemas import AlertSchema, ErrorSchema, SaveAlertSchema
from builder.models import Flow
from builder.services.change_alert import change_alert
from runtime.api.base import ScopedView
from runtime.services.alerts import read_alert
from runtime.services.post_mail import mail_connections


class AlertView(ScopedView):
    permissions = {"GET": "builder.view_flow", "PUT": "builder.change_flow"}

    @extend_schema(responses=AlertSchema)
    def get(self, request: Request, flow_id: UUID) -> Response:
        """Return who is told."""
        return Response(_alert_json(self.find(Flow.objects.all(), id=flow_id)))

    @extend_schema(request=SaveAlertSchema, responses={200: AlertSchema, 400: ErrorSchema})
    def put(self, request: Request, flow_id: UUID) -> Response:
        """Tell these people from now on; nothing needs to be published."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = checked(SaveAlertSchema, request)
        change_alert(
            flow,
            text="\n".join(values["recipients"]),
            credential_id=values["connection"],
            on_missed=values["on_missed"],
            actor=request.user,
        )
        return Response(_alert_json(flow))


def _alert_json(flow: Flow) -> dict[str, Any]:
    told, servers = read_alert(flow.id), mail_connections(flow.workspace_id)
    return {
        "recipients": list(told.recipients),
        "connection": str(told.credential_id) if told.credential_id else None,
        "on_missed": told.on_missed,
        "problem": told.problem,
        "servers": [{"id": str(id_), "name": name} for id_, name in servers.items()],
    }
