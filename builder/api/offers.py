"""`/api/flows/{id}/offers/`: which tools a step could offer, as it is set right now."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.api.schemas import AskTimesSchema
from builder.models import Flow
from runtime.api.base import ScopedView
from runtime.services.tool_choices import NoChoicesError, tool_choices


class OfferSchema(serializers.Serializer[object]):
    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    print = serializers.CharField()


class OffersSchema(serializers.Serializer[object]):
    tools = OfferSchema(many=True)
    problem = serializers.CharField(allow_null=True)


class OffersView(ScopedView):
    # It calls the server in the name of a connection, so it is for those who may set steps up.
    permissions = {"POST": "builder.change_flow"}

    @extend_schema(request=AskTimesSchema, responses=OffersSchema)
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Return the tools that the other side has now, or the problem in a sentence."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = checked(AskTimesSchema, request)
        try:
            tools = tool_choices(flow.workspace_id, values["type"], values["params"])
        except NoChoicesError as error:
            return Response({"tools": [], "problem": str(error)})
        return Response({"tools": tools, "problem": None})
