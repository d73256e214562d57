"""`/api/runs/{id}/again/` and `replay/`: do what was done before once more."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.api.schemas import ErrorSchema
from builder.services.run_again import look_ahead, repeat_run, replay_run
from runtime.api.base import ScopedView
from runtime.api.runs import run_detail
from runtime.api.schemas import RedoneSchema, RunStartedSchema, StepNameSchema
from runtime.models import Run

FROM = ["start", "failure", "step"]
ON = ["same", "live", "draft"]


class RunAgainSchema(serializers.Serializer[object]):
    step = serializers.CharField(
        required=False, allow_null=True, max_length=120, help_text="Its key, where `from` is `step`"
    )
    on = serializers.ChoiceField(choices=ON, default="same")

    def get_fields(self) -> dict[str, Any]:
        """Add the one whose name is a word of Python."""
        begin = serializers.ChoiceField(choices=FROM, default="start")
        return {"from": begin, **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """From a step, but from which?"""
        if attrs["from"] == "step" and not attrs.get("step"):
            raise serializers.ValidationError({"step": _("Say which step to begin with.")})
        return attrs


class LookAheadSchema(serializers.Serializer[object]):
    kept = StepNameSchema(many=True)
    redone = RedoneSchema(many=True)
    acts = StepNameSchema(many=True)
    uncertain = StepNameSchema(many=True)


class RunAgainView(ScopedView):
    permissions = {"GET": "builder.run_flow", "POST": "builder.run_flow"}

    @extend_schema(
        parameters=[
            OpenApiParameter("from", str, enum=FROM),
            OpenApiParameter("step", str),
            OpenApiParameter("on", str, enum=ON),
        ],
        responses={200: LookAheadSchema, 400: ErrorSchema, 422: ErrorSchema},
    )
    def get(self, request: Request, run_id: UUID) -> Response:
        """Say what would stand of the run and what would be done again, before it happens.

        `acts` are steps that did something outside and would do it again; of those in `uncertain`
        nobody knows whether they had.
        """
        run = self.find(Run.objects.all(), id=run_id)
        values = RunAgainSchema(data=request.query_params)
        values.is_valid(raise_exception=True)
        return Response(look_ahead(run, **_asked(values.validated_data)))

    @extend_schema(
        request=RunAgainSchema,
        responses={201: RunStartedSchema, 400: ErrorSchema, 422: ErrorSchema},
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        """Start a run that repeats this one: from the start, its failure, or a step."""
        run = self.find(Run.objects.all(), id=run_id)
        values = checked(RunAgainSchema, request)
        return _started(repeat_run(run, **_asked(values), actor=request.user))


class ReplayView(ScopedView):
    permissions = {"POST": "builder.run_flow"}

    @extend_schema(
        request=None, responses={201: RunStartedSchema, 400: ErrorSchema, 422: ErrorSchema}
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        """Try the call of this run on the draft; nothing is sent, the record answers instead."""
        run = self.find(Run.objects.all(), id=run_id)
        return _started(replay_run(run, actor=request.user))


def _asked(values: dict[str, Any]) -> dict[str, Any]:
    step = values.get("step") if values["from"] == "step" else None
    return {"begin": values["from"], "step": step, "on": values["on"]}


def _started(run_id: UUID) -> Response:
    run = Run.objects.get(id=run_id)
    return Response({"run": run_detail(run)}, status=status.HTTP_201_CREATED)
