"""How it goes: what happened in a workspace, from days that are summed up and from rows.

What a run is counted for is the moment it came in: ids begin with it, so the index by workspace
finds a span of time, and nothing is counted twice. Days are those of UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from django.db.models import Avg, DurationField, ExpressionWrapper, F, QuerySet
from django.utils import timezone

from runtime.models import (
    CallStatus,
    DayFigures,
    ModelCall,
    Run,
    RunStatus,
    Wait,
    WaitKind,
    WaitStatus,
)
from runtime.services.figures import Calls, Figures, Runs
from runtime.services.model_costs import Took, added
from runtime.store.dialect import Connection

OUTCOMES = (RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.TIMED_OUT, RunStatus.CANCELLED)
GOES_ON = "goes_on"  # not over yet
FAILED = (RunStatus.FAILED, RunStatus.TIMED_OUT)
SETTLED = timedelta(hours=1)  # after midnight; then all that belongs to a day is committed
LOOK_BACK = 92  # days that the chore sums up
DAYS_AT_ONCE = 200
_AT_ONCE = 5_000


def days_of(workspace_id: UUID, days: Sequence[date]) -> list[Figures]:
    """What happened on each of these days; those that are over are kept once they were asked."""
    rows = DayFigures.objects.filter(workspace_id=workspace_id, day__in=days)
    kept = {row.day: Figures.load(json.loads(row.figures)) for row in rows}
    return [kept.get(day) or sum_up(workspace_id, day) for day in days]


def sum_up(workspace_id: UUID, day: date) -> Figures:
    """Sum a day up, and keep that if nothing of it can change any more."""
    since = datetime.combine(day, time(), UTC)
    until = since + timedelta(days=1)
    found = figures_between(workspace_id, since, until)
    over = until + SETTLED < timezone.now()
    if over and not any(one.counts[GOES_ON] for one in found.runs.values()):
        text = json.dumps(found.dump(), separators=(",", ":"))
        row = DayFigures(workspace_id=workspace_id, day=day, figures=text)
        DayFigures.objects.bulk_create([row], ignore_conflicts=True)
    return found


def sum_up_days(db: Connection) -> int:
    """Sum up days of every workspace, before their runs are dropped; returns how many."""
    today = datetime.fromtimestamp(db.now(), UTC).date()
    made = 0
    for workspace in _workspaces():
        rows = DayFigures.objects.filter(workspace_id=workspace)
        kept = set(rows.values_list("day", flat=True))
        for back in range(1, LOOK_BACK):
            day = today - timedelta(days=back)
            if day not in kept and made < DAYS_AT_ONCE and _can_be_kept(workspace, day):
                sum_up(workspace, day)
                made += 1
    return made


def _workspaces() -> Iterator[UUID]:
    """Those with runs, one step along the index each: not every run is looked at."""
    rows = Run.objects.order_by("workspace_id", "-id").values_list("workspace_id", flat=True)
    found = rows.first()
    while found is not None:
        yield found
        found = rows.filter(workspace_id__gt=found).first()


def _can_be_kept(workspace_id: UUID, day: date) -> bool:
    """Whether something ran on that day, and all of it is over."""
    since = datetime.combine(day, time(), UTC)
    runs = _between(workspace_id, since, since + timedelta(days=1)).order_by()
    over = since + timedelta(days=1) + SETTLED < timezone.now()
    return over and runs.exists() and not runs.exclude(status__in=OUTCOMES).exists()


def hours_of(workspace_id: UUID, moments: Sequence[datetime]) -> list[Figures]:
    """What happened between each two moments, from the rows."""
    return [figures_between(workspace_id, since, until) for since, until in pairwise(moments)]


def figures_between(workspace_id: UUID, since: datetime, until: datetime) -> Figures:
    """What happened then, from the rows."""
    found = Figures()
    _add_runs(found, _between(workspace_id, since, until))
    calls = ModelCall.objects.filter(
        workspace_id=workspace_id,
        status=CallStatus.SETTLED,
        settled_at__gte=since,
        settled_at__lt=until,
    )
    _add_calls(found, calls)
    return found


def _add_runs(found: Figures, runs: QuerySet[Run]) -> None:
    rows = runs.order_by().values_list(
        "flow_id", "mode", "status", "created_at", "started_at", "finished_at"
    )
    for flow, mode, status, created, started, finished in rows.iterator(chunk_size=_AT_ONCE):
        one = found.runs.setdefault((str(flow or ""), mode), Runs())
        one.counts[status if status in OUTCOMES else GOES_ON] += 1
        if started is not None:
            one.queued.add((started - created).total_seconds())
            if status == RunStatus.SUCCEEDED and finished is not None:
                one.took.add((finished - started).total_seconds())
    failed = runs.filter(status__in=FAILED).order_by()
    for flow, mode, status, error in failed.values_list("flow_id", "mode", "status", "error"):
        said = json.loads(error) if error else None
        kind = said.get("class") if isinstance(said, dict) else None
        plain = "timeout" if status == RunStatus.TIMED_OUT else "other"
        found.runs.setdefault((str(flow or ""), mode), Runs()).errors[str(kind or plain)] += 1


def _add_calls(found: Figures, calls: QuerySet[ModelCall]) -> None:
    rows = calls.order_by().values_list(
        *("flow_id", "profile_name", "outcome", "milliseconds"),
        *("requests", "tokens_in", "tokens_out", "cost", "saved"),
    )
    sums: dict[tuple[str, str], list[int]] = {}
    for flow, model, outcome, ms, *counts in rows.iterator(chunk_size=_AT_ONCE):
        place = (str(flow or ""), model)
        one = found.calls.setdefault(place, Calls())
        good, kept = outcome == "ok", outcome == "memory"
        if good:
            one.seconds.add(ms / 1000)
        elif not kept:
            one.errors[outcome or "other"] += 1
        more = (1, *counts, int(kept), int(not (good or kept)))
        before = sums.get(place) or [0] * len(more)
        sums[place] = [a + b for a, b in zip(before, more, strict=True)]
    for place, summed in sums.items():
        found.calls[place].took = added((found.calls[place].took, Took(*summed)))


def decisions_of(
    workspace_id: UUID, since: datetime, until: datetime, flow: UUID | None
) -> float | None:
    """How many seconds people took on average for the questions of these runs; None of none."""
    lasted = ExpressionWrapper(F("resolved_at") - F("created_at"), DurationField())
    waits = Wait.objects.filter(
        kind=WaitKind.APPROVAL,
        outcome__isnull=False,
        id__gte=first_id(since),
        id__lt=first_id(until),
        run__workspace_id=workspace_id,
    ).exclude(status=WaitStatus.OPEN)
    rows = waits.filter(run__flow_id=flow) if flow else waits
    mean = rows.aggregate(mean=Avg(lasted))["mean"]
    return None if mean is None else float(mean.total_seconds())


def _between(workspace_id: UUID, since: datetime, until: datetime) -> QuerySet[Run]:
    rows = Run.objects.filter(workspace_id=workspace_id)
    return rows.filter(id__gte=first_id(since), id__lt=first_id(until))


def first_id(moment: datetime) -> UUID:
    """No id that was made from then on is smaller."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
