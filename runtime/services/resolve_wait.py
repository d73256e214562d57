"""Ends a wait from outside: once, and never while the run is being parked unseen."""

from __future__ import annotations

from uuid import UUID

import orjson

from runtime.sdk.items import Json
from runtime.services.announce import announce
from runtime.services.engine_connection import engine_connection
from runtime.store.dialect import Connection


def resolve_callback(token: str, value: Json) -> bool:
    """End a callback wait; False where the token is unknown or was used."""
    with engine_connection() as db:
        found = db.run(
            "SELECT id, run_id FROM runtime_wait WHERE token = %s AND status = 'open' "
            "AND kind = 'callback'",
            (token,),
        )
        if not found:
            return False
        wait, run = db.uuid(found[0][0]), db.uuid(found[0][1])
        if wait is None or run is None:
            return False
        resolved = resolve(db, run, wait, value)
    if resolved:
        announce([run])
    return resolved


def resolve(db: Connection, run: UUID, wait: UUID, outcome: Json) -> bool:
    """Resolve an open wait and queue its run if it is parked; single use.

    The run's row is locked first: whoever parks it at this moment does the same, so one of the
    two sees what the other did.
    """
    with db.transaction():
        db.run(
            f"SELECT id FROM runtime_run WHERE id = %s {db.for_update}",  # noqa: S608
            (db.id(run),),
        )
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
