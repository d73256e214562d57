"""What flows did lately, for lists."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from runtime.models import Run, RunStatus, Step

ACTIVE = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING)


def last_runs(flow_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return each flow's last run as `{id, status, finished_at}` (ids are ordered by time)."""
    newest = [_newest(flow_id) for flow_id in flow_ids]
    return {
        run.flow_id: _brief(run) for run in newest if run is not None and run.flow_id is not None
    }


def runs_in_progress(flow_id: UUID) -> dict[int, int]:
    """Return how many runs are still on each version."""
    rows = (
        Run.objects.filter(flow_id=flow_id, status__in=ACTIVE, version__isnull=False)
        .values_list("version")
        .annotate(count=Count("id"))
    )
    return {int(version): count for version, count in rows if version is not None}


def last_items(flow_id: UUID) -> dict[str, int]:
    """Return how many items each step was given in the flow's last good run, by key; {} if none."""
    done = Run.objects.filter(flow_id=flow_id, status=RunStatus.SUCCEEDED)
    run = done.only("id").order_by("-id").first()
    if run is None:
        return {}
    rows = Step.objects.filter(run_id=run.id).values_list("node").annotate(items=Sum("items_in"))
    return {node: items for node, items in rows if items}


def _newest(flow_id: UUID) -> Run | None:
    # One index look-up each: PostgreSQL has no max(uuid), and a window reads all runs.
    rows = Run.objects.filter(flow_id=flow_id).only("id", "flow_id", "status", "finished_at")
    return rows.order_by("-id").first()


def _brief(run: Run) -> dict[str, Any]:
    return {"id": str(run.id), "status": run.status, "finished_at": run.finished_at}


def recent_runs(workspace_id: UUID, count: int) -> list[Run]:
    """Return a workspace's last runs, the newest first."""
    rows = Run.objects.filter(workspace_id=workspace_id).defer("input", "output", "response")
    return list(rows.order_by("-id")[:count])


def count_since(workspace_id: UUID, moment: datetime) -> dict[str, int]:
    """Return runs accepted since then by status, their sum as `today`, and all `active` ones."""
    rows = Run.objects.filter(workspace_id=workspace_id)
    fresh = dict(
        rows.filter(created_at__gte=moment).values_list("status").annotate(count=Count("id"))
    )
    active = rows.filter(status__in=ACTIVE).count()
    return {**fresh, "today": sum(fresh.values()), "active": active}
