"""`/mcp`: the workspace's flows as tools for assistants, over the Model Context Protocol."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from runtime.api.base import Place
from runtime.api.programs import ProgramView
from runtime.mcp.answering import OTHER_REVISION, UNREADABLE, Refused, answer, refusal
from runtime.mcp.messages import REVISIONS
from runtime.services.access import access
from runtime.services.offered_flows import OfferedFlows
from runtime.services.starters import starter_of

_RETRIED = ("2024-11-05",)  # spoken by clients that mean the same messages


class McpView(ProgramView):
    permissions = {"POST": "builder.run_flow"}

    @extend_schema(exclude=True)
    def post(self, request: Request, workspace_id: UUID | None = None) -> Response:
        """Answer one message; notes are only taken."""
        place = self._place(workspace_id)
        revision = request.headers.get("mcp-protocol-version", "")
        if revision and revision not in (*REVISIONS, *_RETRIED):
            why = Refused(
                OTHER_REVISION,
                f"The revision “{revision[:40]}” of the protocol is not spoken here.",
                {"supported": list(REVISIONS)},
            )
            return Response(refusal(None, why), status=400)
        try:
            message: Any = request.data
        except ParseError as error:
            return Response(refusal(None, Refused(UNREADABLE, str(error.detail))), status=400)
        once = request.headers.get("idempotency-key", "")
        said = answer(message, OfferedFlows(place, once=once[:100], by=starter_of(request.user)))
        if said is None:
            return Response(status=202)
        return Response(said, status=400 if said["id"] is None else 200)

    def _place(self, workspace_id: UUID | None) -> UUID:
        if workspace_id is None:
            return self.workspace()
        if workspace_id not in access().workspaces_of(self.request.user):
            raise Http404
        self._require(Place(workspace_id))
        return workspace_id
