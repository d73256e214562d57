"""What a run that ended left open: its own steps, or what an earlier owner had begun."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from runtime.store.dialect import Connection

_LOST = "The run ended while this was under way, so it is not known whether it happened."
# `{match}` stands for the runs. Tries that wait are ended before the waits are.
LEFTOVERS = (
    (
        "UPDATE runtime_attempt SET status = 'cancelled' WHERE run_id {match} "
        "AND status = 'running' AND EXISTS (SELECT 1 FROM runtime_wait w "
        "WHERE w.run_id = runtime_attempt.run_id AND w.node = runtime_attempt.node "
        "AND w.iteration = runtime_attempt.iteration AND w.item = runtime_attempt.item "
        "AND w.status <> 'closed')"
    ),
    # Its worker let go of it in the middle, and nobody will look what became of it.
    (
        f"UPDATE runtime_attempt SET status = 'lost', why = COALESCE(why, '{_LOST}') "
        "WHERE run_id {match} AND status = 'running'"
    ),
    (
        "UPDATE runtime_step SET status = 'cancelled' WHERE run_id {match} "
        "AND status IN ('running', 'waiting', 'pending')"
    ),
    "UPDATE runtime_wait SET status = 'closed' WHERE run_id {match} AND status <> 'closed'",
)


def close_leftovers(db: Connection, runs: Sequence[UUID]) -> None:
    """Leave no step, try or wait open, inside the caller's transaction."""
    if not runs:
        return
    match, values = db.ids(runs)
    for statement in LEFTOVERS:
        db.run(statement.replace("{match}", match), values)
