"""What people say to a question, one after the other: under the lock of its run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from runtime.store.dialect import Connection

NOT_OVER = ("queued", "running", "waiting")
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Said:
    """What becomes of the votes, and how the wait ends; `outcome` is None where it goes on."""

    votes: Rows
    outcome: Any = None


def vote(
    db: Connection,
    run: UUID,
    wait: UUID,
    say: Callable[[Rows], Said | None],
    also: Callable[[Connection], object] | None = None,
) -> bool:
    """Add to the votes of an open question, and end it where that decides it.

    `say` gets the votes so far and says what they are now, or None where nothing is to change.
    Nobody else votes or parks the run meanwhile. `also` is done where the question ends. False: it
    was not open any more, the run is over or is to be stopped, or `say` did not want to.
    """
    with db.transaction():
        found = db.run(
            f"SELECT status, cancel_requested FROM runtime_run WHERE id = %s {db.for_update}",
            (db.id(run),),
        )
        if not found or found[0][0] not in NOT_OVER or found[0][1]:
            return False
        rows = db.run(
            "SELECT votes, due_at FROM runtime_wait WHERE id = %s AND run_id = %s "
            "AND status = 'open'",
            (db.id(wait), db.id(run)),
        )
        due = db.seconds(rows[0][1]) if rows else None
        if not rows or (due is not None and due <= db.now()):
            return False
        said = say(orjson.loads(rows[0][0]) if rows[0][0] else [])
        if said is None:
            return False
        votes = orjson.dumps(list(said.votes)).decode()
        if said.outcome is None:
            db.run("UPDATE runtime_wait SET votes = %s WHERE id = %s", (votes, db.id(wait)))
            return True
        ended = db.count(
            "UPDATE runtime_wait SET votes = %s, status = 'resolved', outcome = %s, "
            "resolved_at = %s WHERE id = %s AND status = 'open'",
            (votes, orjson.dumps(said.outcome).decode(), db.time(db.now()), db.id(wait)),
        )
        if not ended:
            return False
        if also is not None:
            also(db)
        db.run(
            "UPDATE runtime_run SET status = 'queued', wake_at = NULL "
            "WHERE id = %s AND status = 'waiting'",
            (db.id(run),),
        )
    return True
