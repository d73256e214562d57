"""Stopping runs: at once where nobody holds them, else by asking their worker."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import orjson

from runtime.observe import metrics
from runtime.store.dialect import Connection
from runtime.store.leftovers import close_leftovers


def end_stopped(db: Connection) -> int:
    """End runs that were to be stopped when their worker let them go; returns how many."""
    asked = "cancel_requested AND status IN ('queued', 'waiting')"
    found = db.run(f"SELECT id, cancelled_by FROM runtime_run WHERE {asked} ORDER BY id LIMIT 1000")
    if not found:
        return 0
    with db.transaction():
        return sum(
            cancel(db, [run], by=by or "") for raw, by in found if (run := db.uuid(raw)) is not None
        )


def cancel(db: Connection, runs: Sequence[UUID], *, by: str) -> int:
    """Stop runs inside the caller's transaction; returns how many were still to be stopped."""
    if not runs:
        return 0
    reason = f"Stopped by {by}." if by else "Stopped."
    error = orjson.dumps({"message": reason, "class": "other", "retryable": False}).decode()
    match, values = db.ids(runs)
    # Without the lock a run could begin to wait between the two statements below, and stay.
    db.run(f"SELECT id FROM runtime_run WHERE id {match} ORDER BY id {db.for_update}", values)
    rows = db.run(
        "UPDATE runtime_run SET status = 'cancelled', cancel_requested = %s, cancelled_by = %s, "
        "reason = %s, error = %s, finished_at = %s, wake_at = NULL, seq = seq + 1 "
        f"WHERE id {match} AND status IN ('queued', 'waiting') RETURNING id",
        (True, by, reason, error, db.time(db.now()), *values),
    )
    close_leftovers(db, [run for row in rows if (run := db.uuid(row[0])) is not None])
    metrics.ended_in_queue("cancelled", len(rows))
    asked = db.count(
        "UPDATE runtime_run SET cancel_requested = %s, cancelled_by = %s "
        f"WHERE id {match} AND status = 'running'",
        (True, by, *values),
    )
    return len(rows) + asked
