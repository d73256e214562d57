"""What models took: by model, flow, day, step and try; reads only. Money in billionths."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDay
from django.utils import timezone
from django.utils.formats import number_format

from runtime.keeping.sheets import harmless
from runtime.models import BudgetScope, BudgetUse, CallStatus, ModelBudget, ModelCall, Run

BILLION = 1_000_000_000
COLUMNS = (
    *("day", "flow", "model", "calls", "tokens_in", "tokens_out", "cost", "saved", "failed"),
    *("started", "person", "key"),
)


@dataclass(frozen=True, slots=True)
class Took:
    """What some calls took together. `requests` were really sent."""

    calls: int = 0
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0
    saved: int = 0
    from_memory: int = 0
    failed: int = 0
    milliseconds: int = 0


def took_by_step(run: Run) -> dict[tuple[str, str], Took]:
    """By step and round of one run; what an agent's inner steps took is the agent's."""
    parts: dict[tuple[str, str], list[Took]] = {}
    for row in summed(ModelCall.objects.filter(run_id=run.id), "node", "iteration"):
        place = step_of(str(row["node"]), str(row["iteration"]))
        parts.setdefault(place, []).append(took_of_row(row))
    return {place: added(found) for place, found in parts.items()}


def step_of(node: str, iteration: str) -> tuple[str, str]:
    """The step on the canvas, and its round: of a step inside of another, the one around it."""
    outer: list[str] = []
    for part in iteration.split("/"):
        if "." in part:  # see runtime.engine.address: "agent.0:3"
            return part.partition(".")[0], "/".join(outer)
        outer.append(part)
    return node, iteration


def took_by_try(run: Run) -> dict[tuple[str, str, int, int], Took]:
    """By step, round, item and try of one run."""
    rows = summed(ModelCall.objects.filter(run_id=run.id), "node", "iteration", "item", "number")
    return {
        (row["node"], row["iteration"], row["item"], row["number"]): took_of_row(row)
        for row in rows
    }


def took_of_runs(runs: Iterable[UUID]) -> dict[UUID, Took]:
    """By run."""
    rows = summed(ModelCall.objects.filter(run_id__in=list(runs)), "run_id")
    return {row["run_id"]: took_of_row(row) for row in rows}


def took_of(run: Run) -> Took:
    """Of one run as a whole."""
    return took_of_runs([run.id]).get(run.id, Took())


@dataclass(frozen=True, slots=True)
class Line:
    """What one model took on one day in one flow, for one who started it.

    `person`, `key` and `kind` are those of the runs: who, by which API key, by what kind of
    trigger. `kind` is empty where a call is older than these columns.
    """

    day: date
    flow_id: UUID | None
    model: str
    took: Took
    person: int | None = None
    key: str | None = None
    kind: str = ""


def lines(workspace_id: UUID, days: int) -> Sequence[Line]:
    """By day, flow, model and who started it, of the last days; the newest last."""
    since = datetime.combine(timezone.now().astimezone(UTC).date(), time(), UTC) - timedelta(
        days=days - 1
    )
    rows: QuerySet[Any] = ModelCall.objects.filter(
        workspace_id=workspace_id, settled_at__gte=since, status=CallStatus.SETTLED
    ).annotate(day=TruncDay("settled_at", tzinfo=UTC))
    by = ("day", "profile_name", "flow_id", "started_by", "started_key", "trigger_kind")
    return [
        Line(
            row["day"].date(),
            row["flow_id"],
            row["profile_name"],
            took_of_row(row),
            row["started_by"],
            row["started_key"],
            row["trigger_kind"] or "",
        )
        for row in summed(rows, *by).order_by(*by)
    ]


def costs_csv(found: Iterable[Line], names: Mapping[UUID, str], people: Mapping[int, str]) -> str:
    """A line for each day, flow, model and who started it, for a spreadsheet."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(COLUMNS)
    for line in found:
        took = line.took
        flow = names.get(line.flow_id, "") if line.flow_id else ""
        writer.writerow(
            [
                line.day.isoformat(),
                harmless(flow),
                harmless(line.model),
                took.calls,
                took.tokens_in,
                took.tokens_out,
                f"{took.cost / BILLION:.9f}",
                f"{took.saved / BILLION:.9f}",
                took.failed,
                line.kind,
                harmless(people.get(line.person, str(line.person)) if line.person else ""),
                harmless(line.key or ""),
            ]
        )
    return f"\ufeff{made.getvalue()}"


def questions_of_runs(runs: Iterable[UUID]) -> list[dict[str, Any]]:
    """How often each step of these runs asked each question, and what that took."""
    rows = (
        ModelCall.objects.filter(run_id__in=list(runs), status=CallStatus.SETTLED, outcome="ok")
        .exclude(question="")  # no questions: texts that were measured
        .values("node", "iteration", "question", "profile_id")
        .annotate(
            times=Count("id"), read=Sum("tokens_in"), written=Sum("tokens_out"), paid=Sum("cost")
        )
    )
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        step, _ = step_of(row["node"], row["iteration"])
        place = (step, row["question"], str(row["profile_id"]))
        one = found.setdefault(
            place,
            {"step": step, "question": place[1], "profile": place[2], "times": 0}
            | {"tokens_in": 0, "tokens_out": 0, "cost": 0},
        )
        one["times"] += row["times"]
        one["tokens_in"] += row["read"]
        one["tokens_out"] += row["written"]
        one["cost"] += row["paid"]
    return list(found.values())


def added(parts: Iterable[Took]) -> Took:
    """All of it together."""
    total: dict[str, int] = {}
    for part in parts:
        for name in Took.__slots__:
            total[name] = total.get(name, 0) + getattr(part, name)
    return Took(**total)


def budget_states(budget: ModelBudget) -> BudgetUse | None:
    """How a budget stands in the period that is now; None where nothing was used, or per run."""
    if budget.scope == BudgetScope.RUN:
        return None
    now = timezone.now().astimezone(UTC)
    names = {"day": f"{now:%Y-%m-%d}", "month": f"{now:%Y-%m}", "ever": "ever"}
    return BudgetUse.objects.filter(budget=budget, period=names[budget.period]).first()


def money(billionths: int) -> str:
    """As people read it: two places, or more where that would be nothing."""
    amount = billionths / BILLION
    places = 2 if amount == 0 or amount >= 0.1 else 4 if amount >= 0.001 else 6
    return str(number_format(amount, decimal_pos=places))


def summed(rows: QuerySet[Any], *by: str) -> QuerySet[Any, dict[str, Any]]:
    """Calls that are over, summed up by these columns; see `took_of_row`."""
    settled = rows.filter(status=CallStatus.SETTLED)
    summed: QuerySet[Any, dict[str, Any]] = settled.values(*by).annotate(
        calls=Count("id"),
        sent=Sum("requests"),
        read=Sum("tokens_in"),
        written=Sum("tokens_out"),
        paid=Sum("cost"),
        spared=Sum("saved"),
        remembered=Count("id", filter=Q(outcome="memory")),
        bad=Count("id", filter=~Q(outcome__in=("ok", "memory"))),
        slowest=Max(F("milliseconds")),
    )
    return summed


def took_of_row(row: Mapping[str, Any]) -> Took:
    """What a row of `summed` says."""
    names = ("calls", "sent", "read", "written", "paid", "spared", "remembered", "bad", "slowest")
    return Took(*(int(str(row[name] or 0)) for name in names))
