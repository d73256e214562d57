"""Stops a run on somebody's behalf."""

from __future__ import annotations

from uuid import UUID

from runtime.services.engine_connection import engine_connection
from runtime.store.cancel import cancel


def cancel_run(run_id: UUID, *, by: str) -> bool:
    """Return whether the run was still to be stopped."""
    with engine_connection() as db, db.transaction():
        return bool(cancel(db, [run_id], by=by))
