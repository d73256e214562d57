"""`/api/runs/`: what ran, what it did, and stopping it."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from runtime.api.base import ScopedView
from runtime.api.journal import read_journal
from runtime.api.paging import page_of
from runtime.api.schemas import (
    ResolveSchema,
    RunCostsSchema,
    RunDetailSchema,
    RunListSchema,
    RunSchema,
    StepDataSchema,
    StepsSchema,
)
from runtime.api.shapes import graph_of, nodes_by_key, run_json, took_json, value_of
from runtime.models import Run, RunMode, RunStatus, Wait, WaitKind, WaitStatus
from runtime.services.access import access
from runtime.services.again_words import told_words
from runtime.services.cancel_run import cancel_run
from runtime.services.model_costs import added, took_by_step, took_by_try
from runtime.services.notices import notice
from runtime.services.read_run import step_data
from runtime.services.resolve_outcome import resolve_outcome
from runtime.services.starters import names_of_starters
from runtime.services.why_waiting import why_not_finished

FILTERS = [
    OpenApiParameter("flow", str),
    OpenApiParameter("status", str, enum=RunStatus.values),
    OpenApiParameter("mode", str, enum=RunMode.values),
    OpenApiParameter("version", int),
    OpenApiParameter("started_by", str, description="A person's id, `me`, or `nobody`."),
    OpenApiParameter("cursor", str),
]


class NothingToDecide(APIException):
    status_code = 409
    default_detail = _("Nothing waits for a decision here, or somebody decided already.")


class RunsView(ScopedView):
    permissions = {"GET": "runtime.view_run"}

    @extend_schema(operation_id="runs_list", parameters=FILTERS, responses=RunListSchema)
    def get(self, request: Request) -> Response:
        """Return the workspace's runs, the newest first."""
        rows = _filtered(Run.objects.filter(workspace_id=self.workspace()), request)
        runs, following = page_of(rows.defer("input", "output", "response"), request)
        names = access().flow_names(frozenset(run.flow_id for run in runs if run.flow_id))
        people = names_of_starters(runs)
        results = [run_json(run, names, people) for run in runs]
        return Response({"results": results, "next": following})


class RunView(ScopedView):
    permissions = {"GET": "runtime.view_run"}

    @extend_schema(responses=RunDetailSchema)
    def get(self, request: Request, run_id: UUID) -> Response:
        """Return one run with its graph, what came in and what it returned."""
        return Response(run_detail(self.find(Run.objects.all(), id=run_id)))


class RunCostsView(ScopedView):
    permissions = {"GET": "runtime.view_run"}

    @extend_schema(responses=RunCostsSchema)
    def get(self, request: Request, run_id: UUID) -> Response:
        """Return what models took: altogether, by step, and by try."""
        run = self.find(Run.objects.all(), id=run_id)
        nodes = nodes_by_key(run.snapshot_id)
        steps = took_by_step(run)
        return Response(
            {
                "total": took_json(added(steps.values())),
                "steps": [
                    {
                        "key": key,
                        "node": nodes[key].id if key in nodes else None,
                        "iteration": at,
                        **took_json(took),
                    }
                    for (key, at), took in steps.items()
                ],
                "tries": [
                    {
                        "key": key,
                        "iteration": at,
                        "item": item,
                        "number": number,
                        **took_json(took),
                    }
                    for (key, at, item, number), took in took_by_try(run).items()
                ],
            }
        )


class CancelView(ScopedView):
    permissions = {"POST": "runtime.cancel_run"}

    @extend_schema(request=None, responses=RunSchema)
    def post(self, request: Request, run_id: UUID) -> Response:
        """Ask the run to stop; one that is over stays as it is."""
        run = self.find(Run.objects.all(), id=run_id)
        cancel_run(run.id, by=request.user.get_username())
        notice("run_cancelled", run, by=request.user)
        run.refresh_from_db()
        return Response(run_json(run, names_for(run)))


class StepsView(ScopedView):
    permissions = {"GET": "runtime.view_run"}

    @extend_schema(parameters=[OpenApiParameter("after_seq", int)], responses=StepsSchema)
    def get(self, request: Request, run_id: UUID) -> Response:
        """Return steps, tries and log lines that changed after a number."""
        run = self.find(Run.objects.only("id", "workspace_id"), id=run_id)
        journal = read_journal(run.id, _whole(request, "after_seq", 0))
        return Response(
            {
                "seq": journal.seq,
                "steps": journal.steps,
                "attempts": journal.attempts,
                "logs": journal.logs,
            }
        )


class StepDataView(ScopedView):
    permissions = {"GET": "runtime.view_run"}

    @extend_schema(
        parameters=[
            OpenApiParameter("iteration", str),
            OpenApiParameter("port", str),
            OpenApiParameter("search", str),
            OpenApiParameter("offset", int),
            OpenApiParameter("limit", int),
        ],
        responses=StepDataSchema,
    )
    def get(self, request: Request, run_id: UUID, key: str) -> Response:
        """Return a page of the items that went into a step and came out of it."""
        run = self.find(Run.objects.all(), id=run_id)
        data = step_data(
            run,
            key,
            iteration=request.query_params.get("iteration", ""),
            port=request.query_params.get("port") or None,
            offset=_whole(request, "offset", 0),
            limit=min(_whole(request, "limit", 50), 500),
            search=request.query_params.get("search", "")[:200],
        )
        return Response(data)


class ResolveView(ScopedView):
    permissions = {"POST": "runtime.resolve_wait"}

    @extend_schema(request=ResolveSchema, responses=RunSchema)
    def post(self, request: Request, run_id: UUID, key: str) -> Response:
        """Say what became of a try whose worker died in the middle."""
        run = self.find(Run.objects.all(), id=run_id)
        values = ResolveSchema(data=request.data)
        values.is_valid(raise_exception=True)
        chosen = values.validated_data
        _refuse_undecidable(run, key, chosen)
        if not resolve_outcome(run.id, key, by=request.user.get_username(), **chosen):
            raise NothingToDecide
        notice("outcome_decided", run, by=request.user)
        run.refresh_from_db()
        return Response(run_json(run, names_for(run)))


def run_detail(run: Run) -> dict[str, Any]:
    """Return everything about one run except its journal."""
    return {
        **run_json(run, names_for(run)),
        "graph": graph_of(run),
        "input": value_of(run.input),
        "output": value_of(run.output),
        "why": why_not_finished(run),
        "again": told_words(run.again, names_by_key(run)),
    }


def names_by_key(run: Run) -> dict[str, str]:
    """Return what people call the steps of the run."""
    return {key: node.name for key, node in nodes_by_key(run.snapshot_id).items()}


def names_for(run: Run) -> dict[UUID, str]:
    """Return the name of the run's flow, if that is still there."""
    return access().flow_names(frozenset({run.flow_id} if run.flow_id else ()))


def _refuse_undecidable(run: Run, key: str, chosen: dict[str, Any]) -> None:
    waits = Wait.objects.filter(run=run, node=key, kind=WaitKind.DECISION, status=WaitStatus.OPEN)
    if not waits.filter(iteration=chosen["iteration"], item=chosen["item"]).exists():
        raise NothingToDecide


def _filtered(rows: QuerySet[Run], request: Request) -> QuerySet[Run]:
    query = request.query_params
    if query.get("flow"):
        try:
            rows = rows.filter(flow_id=UUID(query["flow"]))
        except ValueError:
            raise ValidationError({"flow": "This is not the id of a flow."}) from None
    if query.get("status"):
        rows = rows.filter(status__in=query["status"].split(","))
    if query.get("mode"):
        rows = rows.filter(mode=query["mode"])
    if query.get("version"):
        rows = rows.filter(version=_whole(request, "version", 0))
    person = query.get("started_by")
    if person == "nobody":
        rows = rows.filter(started_by=None)
    elif person:
        own = request.user.pk if person == "me" else _whole(request, "started_by", 0)
        rows = rows.filter(started_by=own)
    return rows


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValidationError({name: "This must be a whole number."})
    return int(text)
