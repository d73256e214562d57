"""Stops a run: at once where nobody holds it, else by asking its worker."""

from __future__ import annotations

from uuid import UUID

import orjson

from runtime.services.engine_connection import engine_connection
from runtime.store.sweep import close_leftovers


def cancel_run(run_id: UUID, *, by: str) -> bool:
    """Return whether the run was still to be stopped."""
    reason = f"Stopped by {by}." if by else "Stopped."
    error = orjson.dumps({"message": reason, "class": "other", "retryable": False}).decode()
    with engine_connection() as db, db.transaction():
        now = db.time(db.now())
        ended = db.count(
            "UPDATE runtime_run SET status = 'cancelled', cancel_requested = %s, "
            "cancelled_by = %s, reason = %s, error = %s, finished_at = %s, wake_at = NULL, "
            "seq = seq + 1 WHERE id = %s AND status IN ('queued', 'waiting')",
            (True, by, reason, error, now, db.id(run_id)),
        )
        if ended:
            close_leftovers(db, [run_id])
            return True
        return bool(
            db.count(
                "UPDATE runtime_run SET cancel_requested = %s, cancelled_by = %s "
                "WHERE id = %s AND status = 'running'",
                (True, by, db.id(run_id)),
            )
        )
