"""Ends a wait from outside: once, and never while the run is being parked unseen."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from uuid import UUID

import orjson

from runtime.sdk.items import Json
from runtime.services.announce import announce
from runtime.services.engine_connection import engine_connection
from runtime.services.step_address import read_step_token
from runtime.store.dialect import Connection

_NOT_OVER = ("queued", "running", "waiting")


class Answered(StrEnum):
    """What became of an answer."""

    TAKEN = "taken"  # the run goes on with it
    UNKNOWN = "unknown"  # nobody ever asked for it
    USED = "used"  # somebody answered before
    GONE = "gone"  # its time was up, or the run is over
    EARLY = "early"  # the run has not come to the step yet
    SEVERAL = "several"  # several items wait there, and each has an address of its own


def resolve_callback(token: str, value: Json) -> Answered:
    """End the callback wait that has this token, or the one of the step that the token names."""
    step = read_step_token(token)
    with engine_connection() as db:
        found = _of_token(db, token) if step is None else _of_step(db, *step)
        if isinstance(found, Answered):
            return found
        wait, run = found
        taken = resolve(db, run, wait, value)
        answered = Answered.TAKEN if taken else _why_not(db, wait)
    if taken:
        announce([run])
    return answered


def _of_token(db: Connection, token: str) -> tuple[UUID, UUID] | Answered:
    rows = db.run(
        "SELECT id, run_id FROM runtime_wait WHERE token = %s AND kind = 'callback'", (token,)
    )
    wait, run = (db.uuid(rows[0][0]), db.uuid(rows[0][1])) if rows else (None, None)
    return Answered.UNKNOWN if wait is None or run is None else (wait, run)


def _of_step(db: Connection, run: UUID, key: str) -> tuple[UUID, UUID] | Answered:
    rows = db.run(
        "SELECT id, status, outcome FROM runtime_wait WHERE run_id = %s AND node = %s "
        "AND kind = 'callback'",
        (db.id(run), key),
    )
    waiting = [wait for row in rows if row[1] == "open" and (wait := db.uuid(row[0])) is not None]
    if len(waiting) > 1:
        return Answered.SEVERAL
    if waiting:
        return waiting[0], run
    if any(row[2] is not None for row in rows):
        return Answered.USED
    state = db.run("SELECT status FROM runtime_run WHERE id = %s", (db.id(run),))
    early = state and state[0][0] in _NOT_OVER and not rows
    return Answered.EARLY if early else Answered.GONE


def _why_not(db: Connection, wait: UUID) -> Answered:
    (row,) = db.run("SELECT outcome FROM runtime_wait WHERE id = %s", (db.id(wait),))
    return Answered.GONE if row[0] is None else Answered.USED


def resolve(
    db: Connection,
    run: UUID,
    wait: UUID,
    outcome: Json,
    also: Callable[[Connection], object] | None = None,
) -> bool:
    """Resolve an open wait and queue its run if it is parked; single use.

    `also` is done in the same transaction, where the answer is taken.

    The run's row is locked first: whoever parks it at this moment does the same, so one of the
    two sees what the other did. A run that is over, or is to be stopped, takes no more answers.
    """
    with db.transaction():
        found = db.run(
            f"SELECT status, cancel_requested FROM runtime_run WHERE id = %s {db.for_update}",  # noqa: S608
            (db.id(run),),
        )
        if not found or found[0][0] not in _NOT_OVER or found[0][1]:
            return False
        taken = db.count(
            "UPDATE runtime_wait SET status = 'resolved', outcome = %s, resolved_at = %s "
            "WHERE id = %s AND status = 'open'",
            (orjson.dumps(outcome).decode(), db.time(db.now()), db.id(wait)),
        )
        if not taken:
            return False
        if also is not None:
            also(db)
        db.run(
            "UPDATE runtime_run SET status = 'queued', wake_at = NULL "
            "WHERE id = %s AND status = 'waiting'",
            (db.id(run),),
        )
    return True
