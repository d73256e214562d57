"""`/api/flows/<id>/tests/`: runs saved as tests, and how they stand."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.models import Flow, FlowTest
from builder.services.compare_answers import HOWS, Check
from builder.services.flow_tests import drop_test, keep_as_test, set_checks, tests_of, try_tests
from runtime.api.base import ScopedView
from runtime.models import Run


class CheckSchema(serializers.Serializer[object]):
    path = serializers.CharField(allow_blank=True, max_length=300)
    how = serializers.ChoiceField(choices=HOWS)


class DifferenceSchema(serializers.Serializer[object]):
    path = serializers.CharField()
    how = serializers.CharField()
    expected = serializers.JSONField(allow_null=True)
    got = serializers.JSONField(allow_null=True)


class FlowTestSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    run = serializers.UUIDField(help_text="The run that was saved.")
    checks = CheckSchema(many=True, help_text="Empty: all of the answer has to be equal.")
    tried_run = serializers.UUIDField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True, help_text="Null: not known yet.")
    fresh = serializers.BooleanField(help_text="Whether the draft is as it was tried.")
    differences = DifferenceSchema(many=True)


class FlowTestListSchema(serializers.Serializer[object]):
    results = FlowTestSchema(many=True)


class KeepTestSchema(serializers.Serializer[object]):
    run = serializers.UUIDField()
    name = serializers.CharField(max_length=120)


class ChangeTestSchema(serializers.Serializer[object]):
    checks = CheckSchema(many=True)


class FlowTestsView(ScopedView):
    permissions = {"GET": "builder.view_flow", "POST": "builder.change_flow"}

    @extend_schema(operation_id="flow_tests_list", responses=FlowTestListSchema)
    def get(self, request: Request, flow_id: UUID) -> Response:
        """Return the flow's tests as they stand; a try that has ended is judged."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        return Response({"results": [test_json(test, flow) for test in tests_of(flow)]})

    @extend_schema(request=KeepTestSchema, responses={201: FlowTestSchema})
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Save a run of this flow as a test."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        values = checked(KeepTestSchema, request)
        run = self.find(Run.objects.filter(flow_id=flow.id), id=values["run"])
        test = keep_as_test(run, name=values["name"], actor=request.user)
        return Response(test_json(test, flow), status=status.HTTP_201_CREATED)


class TryTestsView(ScopedView):
    permissions = {"POST": "builder.run_flow"}

    @extend_schema(request=None, responses={202: FlowTestListSchema})
    def post(self, request: Request, flow_id: UUID) -> Response:
        """Try all tests on the draft; nothing is sent."""
        flow = self.find(Flow.objects.all(), id=flow_id)
        tests = try_tests(flow, actor=request.user)
        answer = {"results": [test_json(test, flow) for test in tests]}
        return Response(answer, status=status.HTTP_202_ACCEPTED)


class FlowTestView(ScopedView):
    permissions = {"PATCH": "builder.change_flow", "DELETE": "builder.change_flow"}

    @extend_schema(request=ChangeTestSchema, responses=FlowTestSchema)
    def patch(self, request: Request, flow_id: UUID, test_id: UUID) -> Response:
        """Say what is compared."""
        flow, test = self._test(flow_id, test_id)
        checks = [Check(**one) for one in checked(ChangeTestSchema, request)["checks"]]
        set_checks(test, checks, actor=request.user)
        return Response(test_json(test, flow))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, flow_id: UUID, test_id: UUID) -> Response:
        """Remove a test."""
        _, test = self._test(flow_id, test_id)
        drop_test(test, actor=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _test(self, flow_id: UUID, test_id: UUID) -> tuple[Flow, FlowTest]:
        flow = self.find(Flow.objects.all(), id=flow_id)
        return flow, get_object_or_404(flow.tests.all(), id=test_id)


def test_json(test: FlowTest, flow: Flow) -> dict[str, Any]:
    """Return a test as the API shows it."""
    return {
        "id": str(test.id),
        "name": test.name,
        "run": str(test.run_id),
        "checks": test.checks,
        "tried_run": str(test.tried_run_id) if test.tried_run_id else None,
        "passed": test.passed,
        "fresh": test.tried_revision == flow.draft_revision,
        "differences": test.differences,
    }
