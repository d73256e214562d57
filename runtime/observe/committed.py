"""The one place where the engine tells what it committed: counted, and handed on as spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson
import structlog

from runtime.engine.rows import Row, RunRow
from runtime.observe import metrics
from runtime.observe.metrics import Held
from runtime.observe.traces import tracer

log = structlog.get_logger(__name__)
_NOT_WELL = frozenset({"failed", "timed_out"})


def observed(rows: Sequence[Row], held: Mapping[UUID, Held]) -> None:
    """These rows are in the database; `held` are the runs as they are at this moment."""
    metrics.committed(rows, held)
    if (sink := tracer()) is not None:
        sink.committed(rows, held)
    for row in rows:
        if row.__class__ is RunRow and row.status in _NOT_WELL:
            _say(row, held)


def _say(row: RunRow, held: Mapping[UUID, Held]) -> None:
    """Which run, where and of what kind; its sentence may tell of data and stays in the journal."""
    run = held.get(row.run_id)
    error = orjson.loads(row.error) if row.error else {}
    log.info(
        "run.ended",
        status=row.status,
        run=row.run_id,
        flow=run.claim.flow_id if run else None,
        workspace=run.claim.workspace_id if run else None,
        step=error.get("node_key"),
        error=error.get("class"),
    )
