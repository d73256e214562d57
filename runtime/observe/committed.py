"""The one place where the engine tells what it committed: counted, and handed on as spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from runtime.engine.rows import Row
from runtime.observe import metrics
from runtime.observe.metrics import Held


def observed(rows: Sequence[Row], held: Mapping[UUID, Held]) -> None:
    """These rows are in the database; `held` are the runs as they are at this moment."""
    metrics.committed(rows, held)
