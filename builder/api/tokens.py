"""`/api/flows/<id>/tokens/`: how many tokens a step would tell its model."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.models import Flow
from builder.services.count_tokens import count_tokens
from builder.services.documents import read_document
from runtime.api.base import ScopedView


class CountTokensSchema(serializers.Serializer[object]):
    key = serializers.CharField()
    graph = serializers.DictField(required=False)
    data = serializers.DictField(required=False)  # type: ignore[assignment]


class TokensSchema(serializers.Serializer[object]):
    tokens = serializers.IntegerField()
    exact = serializers.BooleanField(help_text="Counted by the model's own tokenizer.")
    room = serializers.IntegerField(help_text="The model's limit less the longest answer.")
    limit = serializers.IntegerField()
    model = serializers.CharField()


class CountedSchema(serializers.Serializer[object]):
    counted = TokensSchema(allow_null=True, help_text="Null for steps that ask no model.")


class TokensView(ScopedView):
    permissions = {"POST": "builder.view_flow"}

    @extend_schema(request=CountTokensSchema, responses={200: CountedSchema})
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Count what a step would tell its model, with sample data in place of formulas."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = checked(CountTokensSchema, request)
        document = read_document(values.get("graph") or flow.draft)
        counted = count_tokens(
            flow.workspace_id, document, key=values["key"], data=values.get("data") or {}
        )
        return Response({"counted": counted.plain() if counted else None})
