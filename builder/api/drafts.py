"""`/api/flows/{id}/draft/`, `publish/` and `versions/`: the life of a flow's graph."""

from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.api.flow_shapes import versions
from builder.api.schemas import (
    DraftSchema,
    ErrorSchema,
    PublishedSchema,
    PublishSchema,
    RestoreSchema,
    SaveDraftSchema,
    SavedSchema,
    VersionDetailSchema,
    VersionListSchema,
)
from builder.models import Flow, FlowVersion
from builder.services.documents import read_document
from builder.services.prompt_problems import problems_here
from builder.services.publish import publish
from builder.services.refusals import told
from builder.services.restore_version import restore_version
from builder.services.save_draft import save_draft
from builder.services.versions import version_graph
from runtime.api.base import ScopedView

FLOWS = Flow.objects.select_related("draft_updated_by")


class DraftView(ScopedView):
    permissions = {"GET": "builder.view_flow", "PUT": "builder.change_flow"}

    @extend_schema(responses=DraftSchema)
    def get(self, request: Request, flow_id: UUID) -> Response:
        """Return the draft with its problems."""
        flow = self.find(FLOWS.all(), id=flow_id)
        who = flow.draft_updated_by
        return Response(
            {
                "revision": flow.draft_revision,
                "graph": flow.draft,
                "issues": told(problems_here(read_document(flow.draft), flow.workspace_id)),
                "updated_at": flow.draft_updated_at,
                "updated_by": (who.get_full_name() or who.get_username()) if who else None,
            }
        )

    @extend_schema(
        request=SaveDraftSchema, responses={200: SavedSchema, 400: ErrorSchema, 409: DraftSchema}
    )
    def put(self, request: Request, flow_id: UUID) -> Response:
        """Save the draft; 409 with the other one if somebody saved meanwhile."""
        flow = self.find(FLOWS.all(), id=flow_id)
        values = checked(SaveDraftSchema, request)
        revision, issues = save_draft(flow, actor=request.user, **values)
        return Response({"revision": revision, "issues": told(issues)})


class PublishView(ScopedView):
    permissions = {"POST": "builder.publish_flow"}

    @extend_schema(
        request=PublishSchema,
        responses={200: PublishedSchema, 409: DraftSchema, 422: ErrorSchema},
    )
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Publish the draft; 422 with its problems if it has serious ones."""
        flow = self.find(FLOWS.all(), id=flow_id)
        version = publish(flow, actor=request.user, **checked(PublishSchema, request))
        return Response({"version": versions(flow, [version])[0], "live": flow.live})


class VersionsView(ScopedView):
    permissions = {"GET": "builder.view_flow"}

    @extend_schema(operation_id="flows_versions_list", responses=VersionListSchema)
    def get(self, request: Request, flow_id: UUID) -> Response:
        """Return the versions, the newest first."""
        flow = self.find(FLOWS.all(), id=flow_id)
        rows = flow.versions.select_related("author").order_by("-number")
        return Response({"results": versions(flow, rows)})


class VersionView(ScopedView):
    permissions = {"GET": "builder.view_flow"}

    @extend_schema(responses=VersionDetailSchema)
    def get(self, request: Request, flow_id: UUID, number: int) -> Response:
        """Return one version with its graph."""
        flow = self.find(FLOWS.all(), id=flow_id)
        version = _version(flow, number)
        return Response({**versions(flow, [version])[0], "graph": version_graph(version)})


class RestoreView(ScopedView):
    permissions = {"POST": "builder.change_flow"}

    @extend_schema(request=RestoreSchema, responses={200: SavedSchema, 409: DraftSchema})
    def post(self, request: Request, flow_id: UUID, number: int) -> Response:
        """Make the version the draft again."""
        flow = self.find(FLOWS.all(), id=flow_id)
        revision, issues = restore_version(
            flow, _version(flow, number), actor=request.user, **checked(RestoreSchema, request)
        )
        return Response({"revision": revision, "issues": told(issues)})


def _version(flow: Flow, number: int) -> FlowVersion:
    version = flow.versions.select_related("author", "flow").filter(number=number).first()
    if version is None:
        raise Http404
    return version
