"""How it goes: how runs ended, how long they took and waited, what failed; reads only.

What a run is counted for is the moment it came in: ids begin with it, so the index by workspace
finds a span of time, and nothing has to be counted twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import (
    Avg,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
)
from django.db.models.expressions import Window
from django.db.models.functions import RowNumber

from runtime.models import CallStatus, ModelCall, Run, RunStatus, Wait, WaitKind, WaitStatus
from runtime.services.model_costs import Took, summed, took_of_row

MOST_ERRORS = 20_000  # failed runs whose classes are looked at, the newest
OUTCOMES = (
    RunStatus.SUCCEEDED,
    RunStatus.FAILED,
    RunStatus.TIMED_OUT,
    RunStatus.CANCELLED,
)
GOES_ON = "goes_on"  # not over yet


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures, of which flow (None: all) and mode (empty: both), from when until when."""

    workspace_id: UUID
    since: datetime
    until: datetime
    flow_id: UUID | None = None
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """Half of them took at most `middle` seconds, 19 of 20 at most `slow`; None where none did."""

    middle: float | None = None
    slow: float | None = None


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """One flow, or all of them: runs by how they ended, how long they took, and waited to begin."""

    counts: Mapping[str, int]
    took: Spread
    queued: Spread

    @property
    def total(self) -> int:
        """All runs."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """One model: what its calls took, how long, and how those failed that did."""

    took: Took
    seconds: Spread
    errors: Mapping[str, int]


def counts_over_time(asked: Asked, moments: Sequence[datetime]) -> list[dict[str, int]]:
    """Runs by how they ended between each two moments."""
    return [_counted(_between(_rows(asked), since, until)) for since, until in pairwise(moments)]


def figures_of_flows(asked: Asked) -> dict[UUID | None, FlowFigures]:
    """By flow; what has no flow stands under None."""
    counts: dict[UUID | None, Counter[str]] = {}
    rows = _runs(asked).values_list("flow_id", "status").annotate(n=Count("id"))
    for flow, status, n in rows.order_by():
        counts.setdefault(flow, Counter())[_outcome(status)] += n
    took, queued = spreads(asked, by_flow=True)
    return {
        flow: FlowFigures(dict(found), took.get(flow, Spread()), queued.get(flow, Spread()))
        for flow, found in counts.items()
    }


def figures_of_all(asked: Asked) -> FlowFigures:
    """All runs together."""
    took, queued = spreads(asked, by_flow=False)
    return FlowFigures(_counted(_runs(asked)), took.get(None, Spread()), queued.get(None, Spread()))


def spreads(asked: Asked, *, by_flow: bool) -> tuple[dict[Any, Spread], dict[Any, Spread]]:
    """How long runs took that succeeded, and how long runs waited to begin."""
    over = _runs(asked).filter(
        status=RunStatus.SUCCEEDED, started_at__isnull=False, finished_at__isnull=False
    )
    begun = _runs(asked).filter(started_at__isnull=False)
    by = "flow_id" if by_flow else None
    return (
        _spread(over, F("finished_at") - F("started_at"), by),
        _spread(begun, F("started_at") - F("created_at"), by),
    )


def errors_of(asked: Asked) -> Counter[str]:
    """How often runs failed of each class of error."""
    failed = _runs(asked).filter(status__in=(RunStatus.FAILED, RunStatus.TIMED_OUT))
    found: Counter[str] = Counter()
    rows = failed.order_by("-id").values_list("status", "error")[:MOST_ERRORS]
    for status, error in rows.iterator(chunk_size=2_000):
        said = json.loads(error) if error else {}
        kind = said.get("class") if isinstance(said, dict) else None
        found[str(kind or ("timeout" if status == RunStatus.TIMED_OUT else "other"))] += 1
    return found


def figures_of_models(asked: Asked) -> dict[str, ModelFigures]:
    """By the model's name: its calls that were over in this time."""
    calls = _calls(asked)
    errors: dict[str, dict[str, int]] = {}
    bad = calls.exclude(outcome__in=("ok", "memory"))
    for name, outcome, n in bad.values_list("profile_name", "outcome").annotate(n=Count("id")):
        errors.setdefault(name, {})[outcome or "other"] = n
    times = _spread(calls.filter(outcome="ok"), F("milliseconds"), "profile_name")
    return {
        row["profile_name"]: ModelFigures(
            took_of_row(row),
            _in_seconds(times.get(row["profile_name"], Spread())),
            errors.get(row["profile_name"], {}),
        )
        for row in summed(calls, "profile_name").order_by("profile_name")
    }


def decisions_of(asked: Asked) -> tuple[int, float | None]:
    """How many questions people decided, and how many seconds that took on average."""
    runs = _between(_rows(asked), asked.since, asked.until)
    waits = Wait.objects.filter(kind=WaitKind.APPROVAL, run__in=runs, outcome__isnull=False)
    lasted = ExpressionWrapper(F("resolved_at") - F("created_at"), DurationField())
    found = waits.exclude(status=WaitStatus.OPEN).aggregate(n=Count("id"), mean=Avg(lasted))
    return found["n"], _number(found["mean"])


def _rows(asked: Asked) -> QuerySet[Run]:
    rows = Run.objects.filter(workspace_id=asked.workspace_id)
    rows = rows.filter(flow_id=asked.flow_id) if asked.flow_id else rows
    return rows.filter(mode=asked.mode) if asked.mode else rows


def _runs(asked: Asked) -> QuerySet[Run]:
    return _between(_rows(asked), asked.since, asked.until)


def _between(rows: QuerySet[Run], since: datetime, until: datetime) -> QuerySet[Run]:
    return rows.filter(id__gte=_first_id(since), id__lt=_first_id(until))


def _first_id(moment: datetime) -> UUID:
    """No id that was made from then on is smaller."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _calls(asked: Asked) -> QuerySet[ModelCall]:
    rows = ModelCall.objects.filter(
        workspace_id=asked.workspace_id,
        status=CallStatus.SETTLED,
        settled_at__gte=asked.since,
        settled_at__lt=asked.until,
    )
    return rows.filter(flow_id=asked.flow_id) if asked.flow_id else rows


def _counted(rows: QuerySet[Run]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for status, n in rows.values_list("status").annotate(n=Count("id")).order_by():
        found[_outcome(status)] += n
    return dict(found)


def _outcome(status: str) -> str:
    return status if status in OUTCOMES else GOES_ON


def _spread(rows: QuerySet[Any], value: Any, by: str | None) -> dict[Any, Spread]:
    """The middle and the slow end of a value, by a column; one query, ordered by the database."""
    part = [F(by)] if by else None
    placed = (
        rows.order_by()
        .annotate(value=ExpressionWrapper(value, _field(value)))
        .annotate(
            place=Window(RowNumber(), partition_by=part, order_by=F("value").asc()),
            many=Window(Count("*"), partition_by=part),
        )
    )
    # The smallest value that at least half, and 19 of 20, do not exceed (nearest rank).
    chosen = placed.filter(Q(place=(F("many") + 1) / 2) | Q(place=(F("many") * 19 + 19) / 20))
    names = (by, "place", "many", "value") if by else ("place", "many", "value")
    found: dict[Any, dict[int, float | None]] = {}
    sizes: dict[Any, int] = {}
    for row in chosen.values_list(*names):
        key = row[0] if by else None
        place, many, one = row[-3:]
        found.setdefault(key, {})[place] = _number(one)
        sizes[key] = many
    return {
        key: Spread(places.get((sizes[key] + 1) // 2), places.get((sizes[key] * 19 + 19) // 20))
        for key, places in found.items()
    }


def _field(value: Any) -> Any:
    return IntegerField() if isinstance(value, F) else DurationField()


def _number(value: Any) -> float | None:
    """A stretch of time in seconds; other numbers as they are."""
    if value is None:
        return None
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


def _in_seconds(spread: Spread) -> Spread:
    return Spread(
        None if spread.middle is None else spread.middle / 1000,
        None if spread.slow is None else spread.slow / 1000,
    )
