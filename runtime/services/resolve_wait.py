"""Ends a wait from outside: once, and never while the run is being parked unseen."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import orjson

from runtime.sdk.items import Json
from runtime.services.announce import announce
from runtime.services.engine_connection import engine_connection
from runtime.store.dialect import Connection

_NOT_OVER = ("queued", "running", "waiting")


class Answered(StrEnum):
    """What became of an answer."""

    TAKEN = "taken"  # the run goes on with it
    UNKNOWN = "unknown"  # nobody ever asked for it
    USED = "used"  # somebody answered before
    GONE = "gone"  # its time was up, or the run is over


def resolve_callback(token: str, value: Json) -> Answered:
    """End the callback wait that has this token."""
    with engine_connection() as db:
        found = db.run(
            "SELECT id, run_id FROM runtime_wait WHERE token = %s AND kind = 'callback'", (token,)
        )
        wait, run = (db.uuid(found[0][0]), db.uuid(found[0][1])) if found else (None, None)
        if wait is None or run is None:
            return Answered.UNKNOWN
        taken = resolve(db, run, wait, value)
        answered = Answered.TAKEN if taken else _why_not(db, wait)
    if taken:
        announce([run])
    return answered


def _why_not(db: Connection, wait: UUID) -> Answered:
    (row,) = db.run("SELECT outcome FROM runtime_wait WHERE id = %s", (db.id(wait),))
    return Answered.GONE if row[0] is None else Answered.USED


def resolve(db: Connection, run: UUID, wait: UUID, outcome: Json) -> bool:
    """Resolve an open wait and queue its run if it is parked; single use.

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
        db.run(
            "UPDATE runtime_run SET status = 'queued', wake_at = NULL "
            "WHERE id = %s AND status = 'waiting'",
            (db.id(run),),
        )
    return True
