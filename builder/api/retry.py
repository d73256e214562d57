"""`/api/flows/{id}/retry/`: what a retry rule would mean for a step, before it is kept."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from pydantic import ValidationError as NotValid
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.models import Flow
from runtime.api.base import ScopedView
from runtime.sdk.policy import Retry
from runtime.services.simulate_retry import FATES, simulate_retry


class AskRetrySchema(serializers.Serializer[object]):
    """`retry` is a policy's retry part; times are in seconds."""

    key = serializers.CharField(max_length=120)
    retry = serializers.DictField()
    timeout_seconds = serializers.FloatField(required=False, allow_null=True, min_value=0)


class PlannedTrySchema(serializers.Serializer[object]):
    number = serializers.IntegerField()
    to = serializers.FloatField()
    latest = serializers.FloatField(help_text="Where every try takes as long as it may.")
    certain = serializers.BooleanField()

    def get_fields(self) -> dict[str, Any]:
        """Add the one whose name is a word of Python."""
        return {"from": serializers.FloatField(), **super().get_fields()}


class PastFailureSchema(serializers.Serializer[object]):
    """`then`: how many tries there were; `tries`: how many there would have been."""

    run = serializers.UUIDField()
    at = serializers.DateTimeField()
    why = serializers.CharField()
    then = serializers.IntegerField()
    ended_well = serializers.BooleanField()
    fate = serializers.ChoiceField(choices=FATES)
    tries = serializers.IntegerField()


class PastFailuresSchema(serializers.Serializer[object]):
    failures = serializers.IntegerField()
    saved = serializers.IntegerField()
    likely = serializers.IntegerField()
    failed = serializers.IntegerField()
    unknown = serializers.IntegerField()
    cases = PastFailureSchema(many=True)


class RetryTimesSchema(serializers.Serializer[object]):
    tries = PlannedTrySchema(many=True)
    longest_seconds = serializers.FloatField()
    usual_seconds = serializers.FloatField()
    limited = serializers.BooleanField()
    cost = serializers.FloatField(allow_null=True)
    past = PastFailuresSchema()


class RetryTimesView(ScopedView):
    permissions = {"POST": "runtime.view_run"}

    @extend_schema(request=AskRetrySchema, responses=RetryTimesSchema)
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Return when the tries come, and how the step's past failures would have ended."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = checked(AskRetrySchema, request)
        try:
            retry = Retry.model_validate(values["retry"])
        except NotValid as error:
            raise ValidationError({"retry": str(error.errors()[0]["msg"])}) from None
        answer = simulate_retry(
            workspace_id=flow.workspace_id,
            flow_id=flow.id,
            key=values["key"],
            retry=retry,
            timeout=values.get("timeout_seconds"),
        )
        return Response(answer)
