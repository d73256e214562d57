"""Keeps single runs from being pruned, for as long as something goes by what they recorded."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from runtime.models import KeptRun


def keep_run(run_id: UUID, workspace_id: UUID) -> None:
    """Keep it until `release_runs`; asked again, nothing changes."""
    KeptRun.objects.get_or_create(run_id=run_id, defaults={"workspace_id": workspace_id})


def release_runs(run_ids: Iterable[UUID]) -> None:
    """They go when their time has come."""
    KeptRun.objects.filter(run_id__in=list(run_ids)).delete()
