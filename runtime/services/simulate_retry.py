"""Shows what a retry rule means for one step: its times, its cost, its past failures."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from statistics import median
from typing import Any
from uuid import UUID

import orjson

from runtime.engine.outcome import load_error
from runtime.engine.retry import describe
from runtime.engine.retry_plan import Fate, PastTry, fate, timeline
from runtime.models import Attempt, AttemptStatus, Run
from runtime.sdk import NodeError
from runtime.sdk.policy import Retry

LOOK_BACK_RUNS = 300
MOST_TRIES = 5_000
MOST_FAILURES = 50
FATES = [fate.value for fate in Fate]
_ENDED = (AttemptStatus.SUCCEEDED, AttemptStatus.FAILED, AttemptStatus.TIMED_OUT)


def simulate_retry(
    *, workspace_id: UUID, flow_id: UUID, key: str, retry: Retry, timeout: float | None
) -> dict[str, Any]:
    """Return the tries in time, the longest it takes, what it costs, and past failures under it.

    Times are in seconds; `cost` is what all tries of one item would cost if each cost as much as
    the most expensive one lately, None where the step cost nothing.
    """
    rows = _tries(workspace_id, flow_id, key)
    took = [_seconds(row) for row in rows]
    usual = median(took) if took else 0.0
    longest_try = max([*took, usual] if timeout is None else [timeout, usual], default=0.0)
    times = timeline(retry, usual=usual, longest_try=longest_try)
    dearest = max((_cost(row) for row in rows), default=0.0)
    return {
        "tries": [
            {
                "number": t.number,
                "from": t.earliest,
                "to": t.usual,
                "latest": t.latest,
                "certain": t.certain,
            }
            for t in times.tries
        ],
        "longest_seconds": times.longest,
        "usual_seconds": usual,
        "limited": timeout is not None,
        "cost": round(dearest * len(times.tries), 6) if dearest else None,
        "past": _past(rows, retry),
    }


def _tries(workspace_id: UUID, flow_id: UUID, key: str) -> list[Attempt]:
    runs = Run.objects.filter(workspace_id=workspace_id, flow_id=flow_id, replays=None)
    ids = list(runs.order_by("-id").values_list("id", flat=True)[:LOOK_BACK_RUNS])
    found = Attempt.objects.filter(
        run_id__in=ids,
        node=key,
        status__in=_ENDED,
        started_at__isnull=False,
        finished_at__isnull=False,
    )
    return list(found.defer("output", "params").order_by("-run_id", "item", "number")[:MOST_TRIES])


def _past(rows: list[Attempt], retry: Retry) -> dict[str, Any]:
    """How the newest failures would have ended; a failure is an item whose first try failed."""
    others = sorted((_past_try(row) for row in rows), key=lambda past: past.started)
    fates: Counter[str] = Counter()
    cases = []
    for _place, grouped in groupby(rows, key=lambda r: (r.run_id, r.node, r.iteration, r.item)):
        tries = list(grouped)
        own = [_past_try(row) for row in tries]
        error = own[0].error
        if tries[0].number != 1 or error is None:
            continue
        end, number = fate(retry, own, others)
        fates[end] += 1
        cases.append(
            {
                "run": str(tries[0].run_id),
                "at": tries[0].started_at,
                "why": describe(error),
                "then": len(own),
                "ended_well": own[-1].error is None,
                "fate": end,
                "tries": number,
            }
        )
        if len(cases) == MOST_FAILURES:
            break
    return {"failures": len(cases), **{f: fates[f] for f in Fate}, "cases": cases}


def _past_try(row: Attempt) -> PastTry:
    began = row.started_at.timestamp() if row.started_at else 0.0
    error: NodeError | None = None
    if row.status != AttemptStatus.SUCCEEDED:
        stored = orjson.loads(row.error) if row.error else {}
        error = load_error(stored)
        error.retryable = stored.get("retryable")
    return PastTry(began, began + _seconds(row), error)


def _seconds(row: Attempt) -> float:
    if row.started_at is None or row.finished_at is None:
        return 0.0
    return max(0.0, (row.finished_at - row.started_at).total_seconds())


def _cost(row: Attempt) -> float:
    usage = orjson.loads(row.usage) if row.usage else {}
    cost = usage.get("cost") if isinstance(usage, dict) else None
    return float(cost) if isinstance(cost, int | float) else 0.0
