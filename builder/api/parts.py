"""`/api/flows/{id}/pins/` and `part/`: building with data, a step at a time."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.api.schemas import ErrorSchema
from builder.models import Flow, Pin
from builder.services.pin_data import pin_from_run, pin_values, unpin
from builder.services.run_part import Asked, look_at_part, run_part
from runtime.api.base import ScopedView
from runtime.api.runs import run_detail
from runtime.api.schemas import RunStartedSchema, StepNameSchema
from runtime.graph.part import Extent
from runtime.models import Run

EXTENTS = [extent.value for extent in Extent]


class PinSchema(serializers.Serializer[object]):
    """`outputs` are the pinned items of each exit. `edited`: a person wrote or changed them."""

    node = serializers.CharField()
    outputs = serializers.DictField()
    run = serializers.UUIDField(allow_null=True)
    edited = serializers.BooleanField()
    changed_at = serializers.DateTimeField()
    changed_by = serializers.CharField(allow_null=True)


class PinnedSchema(serializers.Serializer[object]):
    """A pin as the canvas shows it: `first` is the first item of its fullest exit."""

    node = serializers.CharField()
    first = serializers.DictField(allow_null=True)
    edited = serializers.BooleanField()


class PinListSchema(serializers.Serializer[object]):
    results = PinnedSchema(many=True)


class SetPinSchema(serializers.Serializer[object]):
    """Either values for each exit, or a run (and round) whose data is pinned."""

    outputs = serializers.DictField(
        child=serializers.ListField(child=serializers.JSONField(allow_null=True)), required=False
    )
    run = serializers.UUIDField(required=False, allow_null=True)
    iteration = serializers.CharField(required=False, allow_blank=True, default="", max_length=400)


class RunPartSchema(serializers.Serializer[object]):
    """`run`: the run whose data may be used; `agreed`: steps that may reach outside besides."""

    step = serializers.CharField(max_length=120)
    extent = serializers.ChoiceField(choices=EXTENTS)
    run = serializers.UUIDField(required=False, allow_null=True)
    input = serializers.JSONField(required=False, allow_null=True)
    agreed = serializers.ListField(child=serializers.CharField(), required=False, default=list)


class PartSchema(serializers.Serializer[object]):
    doing = StepNameSchema(many=True)
    kept = StepNameSchema(many=True)
    pinned = StepNameSchema(many=True)
    acts = StepNameSchema(many=True)
    lacking = StepNameSchema(many=True)
    run = serializers.UUIDField(allow_null=True)


class PinsView(ScopedView):
    permissions = {"GET": "builder.view_flow"}

    @extend_schema(operation_id="flows_pins_list", responses=PinListSchema)
    def get(self, request: Request, flow_id: UUID) -> Response:
        """Return what is pinned beside the draft."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        return Response({"results": [_pinned(row) for row in flow.pins.order_by("id")]})


class PinView(ScopedView):
    permissions = {
        "GET": "builder.view_flow",
        "PUT": "builder.change_flow",
        "DELETE": "builder.change_flow",
    }

    @extend_schema(responses=PinSchema)
    def get(self, request: Request, flow_id: UUID, node: str) -> Response:
        """Return all that is pinned for a step."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        pin = flow.pins.select_related("changed_by").filter(node=node).first()
        if pin is None:
            raise Http404
        return Response(_pin(pin))

    @extend_schema(request=SetPinSchema, responses={200: PinSchema, 400: ErrorSchema})
    def put(self, request: Request, flow_id: UUID, node: str) -> Response:
        """Pin data as the result of a step. It counts in tests of the draft only."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = checked(SetPinSchema, request)
        if values.get("run"):
            run = self._run(flow, values["run"])
            pin = pin_from_run(flow, node, run, iteration=values["iteration"], actor=request.user)
        elif values.get("outputs"):
            pin = pin_values(flow, node, values["outputs"], actor=request.user)
        else:
            raise ValidationError({"outputs": "Give values, or the run they are taken from."})
        return Response(_pin(pin))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, flow_id: UUID, node: str) -> Response:
        """Take the pin away; the step gives its own data again."""
        unpin(self.find(Flow.objects.all(), id=flow_id), node, actor=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _run(self, flow: Flow, run_id: UUID) -> Run:
        return self.find(Run.objects.filter(flow_id=flow.id), id=run_id)


class RunPartView(ScopedView):
    permissions = {"GET": "builder.run_flow", "POST": "builder.run_flow"}

    @extend_schema(
        parameters=[
            OpenApiParameter("step", str, required=True),
            OpenApiParameter("extent", str, enum=EXTENTS, required=True),
            OpenApiParameter("run", UUID),
        ],
        responses={200: PartSchema, 400: ErrorSchema},
    )
    def get(self, request: Request, flow_id: UUID) -> Response:
        """Say what running a part would do, without doing it."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = RunPartSchema(data={k: v for k, v in request.query_params.items() if v})
        values.is_valid(raise_exception=True)
        return Response(look_at_part(flow, self._asked(flow, dict(values.validated_data))))

    @extend_schema(
        request=RunPartSchema,
        responses={202: RunStartedSchema, 400: ErrorSchema, 422: ErrorSchema},
    )
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Run one step, what leads to it, or what follows from it, as a test of the draft."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = checked(RunPartSchema, request)
        asked = self._asked(flow, values)
        run_id = run_part(flow, asked, agreed=values["agreed"], actor=request.user)
        return Response({"run": run_detail(Run.objects.get(id=run_id))}, status=202)

    def _asked(self, flow: Flow, values: dict[str, Any]) -> Asked:
        runs = Run.objects.filter(flow_id=flow.id)
        run = self.find(runs, id=values["run"]) if values.get("run") else None
        if run is not None and not run.over:
            raise ValidationError({"run": "This run is not over yet."})
        return Asked(values["step"], Extent(values["extent"]), run, values.get("input"))


def _pinned(pin: Pin) -> dict[str, Any]:
    fullest: list[Any] = max(pin.outputs.values(), key=len, default=[])
    return {"node": pin.node, "first": fullest[0] if fullest else None, "edited": pin.edited}


def _pin(pin: Pin) -> dict[str, Any]:
    who = pin.changed_by
    return {
        "node": pin.node,
        "outputs": pin.outputs,
        "run": str(pin.run_id) if pin.run_id else None,
        "edited": pin.edited,
        "changed_at": pin.changed_at,
        "changed_by": (who.get_full_name() or who.get_username()) if who else None,
    }
