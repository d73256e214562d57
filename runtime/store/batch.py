"""What one group commit writes, made ready before its transaction begins."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from runtime.engine.rows import AttemptRow, LogRow, Row, RunRow, StepRow, WaitRow
from runtime.store.dialect import Batch, Binary
from runtime.store.tables import ATTEMPTS, LOGS, STEPS, WAITS, as_dicts, moment, tidy

PAYLOAD_BYTES = 256_000  # larger outputs live in a table of their own, once per content
PAYLOAD_MARK = b'{"$payload":"'

TERMINAL = frozenset({"succeeded", "failed", "timed_out", "cancelled"})
Owned = dict[UUID, tuple[int, UUID]]  # run -> (epoch, workspace)
Record = dict[str, Any]


def build_batch(owned: Owned, rows: Sequence[Row]) -> Batch:
    """Rows of runs that are owned, as the database takes them."""
    kept = [row for row in rows if row.run_id in owned]
    payloads: dict[tuple[str, str], Record] = {}

    def shrink(run_id: UUID, value: bytes) -> bytes:
        return _externalise(owned[run_id][1], value, payloads)

    batch = Batch(
        steps=as_dicts((r for r in kept if isinstance(r, StepRow)), STEPS, shrink),
        attempts=as_dicts((r for r in kept if isinstance(r, AttemptRow)), ATTEMPTS, shrink),
        logs=as_dicts((r for r in kept if isinstance(r, LogRow)), LOGS, shrink),
        waits=as_dicts((r for r in kept if isinstance(r, WaitRow)), WAITS, shrink),
    )
    batch.payloads = list(payloads.values())
    _runs(batch, owned, kept)
    return batch


def _runs(batch: Batch, owned: Owned, rows: Sequence[Row]) -> None:
    latest = _latest(row for row in rows if isinstance(row, RunRow))
    for last in latest.values():
        record = _run(owned, last)
        if last.status == "running":
            batch.runnings.append(record)
        elif last.status == "waiting":
            batch.parkings.append(record)
        elif last.status in TERMINAL:
            batch.ends.append(record)
    seqs: dict[UUID, int] = {}
    for row in rows:
        if not isinstance(row, WaitRow) and row.run_id not in latest:
            seqs[row.run_id] = max(row.seq, seqs.get(row.run_id, 0))
    # Whoever follows a run's journal reads up to its `seq`.
    batch.advances = [{"id": str(r), "epoch": owned[r][0], "seq": seq} for r, seq in seqs.items()]


def _latest(rows: Iterable[RunRow]) -> dict[UUID, RunRow]:
    """The last word on each run, with the answer an earlier one gave."""
    latest: dict[UUID, RunRow] = {}
    for row in rows:
        before = latest.get(row.run_id)
        if before is not None and row.response is None:
            row.response = before.response
        latest[row.run_id] = row
    return latest


def _run(owned: Owned, row: RunRow) -> Record:
    return {
        "id": str(row.run_id),
        "epoch": owned[row.run_id][0],
        "seq": row.seq,
        "status": row.status,
        "output": row.output,
        "response": row.response,
        "error": row.error,
        "reason": tidy(row.reason),
        "partial_errors": row.partial_errors,
        "finished_at": None if row.finished_at is None else moment(row.finished_at),
        "wake_at": None if row.wake_at is None else moment(row.wake_at),
    }


def _externalise(workspace: UUID, value: bytes, payloads: dict[Any, Record]) -> bytes:
    if len(value) <= PAYLOAD_BYTES:
        return value
    digest = hashlib.sha256(value).hexdigest()
    payloads[(str(workspace), digest)] = {
        "workspace_id": str(workspace),
        "sha256": digest,
        "data": Binary(value),
        "size": len(value),
        "created_at": moment(time.time()),
    }
    return PAYLOAD_MARK + digest.encode() + b'"}'
