"""What every worker looks for now and then, so that nothing depends on a message arriving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from runtime.store.dialect import Connection
from runtime.store.leftovers import close_leftovers
from runtime.store.tables import OVER

FORGOTTEN_WORKERS_SECONDS = 86_400
REPLIES_SECONDS = 86_400  # of models, kept only for tries that wait in the middle
AT_ONCE = 10_000  # runs that one look changes; the rest comes at the next


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of runs this worker holds."""

    cancelled: list[tuple[UUID, str]]
    resolved: list[tuple[UUID, UUID, bool, Any]]  # run, wait, expired, outcome


def wake_due(db: Connection) -> int:
    """Queue waiting runs whose time has come or whose waits were answered; returns how many."""
    now = db.time(db.now())
    with db.transaction():
        match, values = db.ids(lock_runs(db, "status = 'waiting' AND wake_at <= %s", [now]))
        db.run(
            "UPDATE runtime_wait SET status = 'expired', resolved_at = %s WHERE status = 'open' "
            f"AND due_at <= %s AND number > 0 AND run_id {match}",
            (now, now, *values),
        )
        over = f"EXISTS (SELECT 1 FROM runtime_wait w WHERE w.run_id = runtime_run.id AND {OVER})"
        match, values = db.ids(lock_runs(db, f"status = 'waiting' AND {over}", []))
        return db.count(
            f"UPDATE runtime_run SET status = 'queued', wake_at = NULL WHERE id {match}", values
        )


def lock_runs(db: Connection, where: str, values: Sequence[Any]) -> list[UUID]:
    """Lock the runs that a sweep is to change, in the order everybody locks them in.

    What somebody else has locked is left to him, or to the next sweep.
    """
    rows = db.run(
        f"SELECT id FROM runtime_run WHERE {where} ORDER BY id LIMIT {AT_ONCE:d} {db.skip_locked}",
        values,
    )
    return [run for row in rows if (run := db.uuid(row[0])) is not None]


def end_overdue(db: Connection) -> list[UUID]:
    """End runs past their deadline that nobody holds."""
    now = db.time(db.now())
    reason = "The run was stopped because its time was up before it could go on."
    error = orjson.dumps({"message": reason, "class": "timeout", "retryable": False}).decode()
    with db.transaction():
        late = "status IN ('queued', 'waiting') AND deadline_at < %s"
        ended = lock_runs(db, late, [now])
        match, values = db.ids(ended)
        db.run(
            "UPDATE runtime_run SET status = 'timed_out', finished_at = %s, reason = %s, "
            f"error = %s, wake_at = NULL, seq = seq + 1 WHERE id {match}",
            (now, reason, error, *values),
        )
        close_leftovers(db, ended)
    return ended


def asked_of(db: Connection, me: UUID) -> Asked:
    """Cancels and answers that concern runs this worker holds."""
    cancelled = db.run(
        "SELECT id, cancelled_by FROM runtime_run WHERE owner_id = %s AND cancel_requested",
        (db.id(me),),
    )
    resolved = db.run(
        "SELECT w.run_id, w.id, w.status, w.outcome FROM runtime_wait w JOIN runtime_run r "
        f"ON r.id = w.run_id WHERE r.owner_id = %s AND {OVER}",
        (db.id(me),),
    )
    return Asked(
        [(run, by or "") for raw, by in cancelled if (run := db.uuid(raw)) is not None],
        [
            (run, wait, status == "expired", orjson.loads(outcome) if outcome else None)
            for raw, raw_wait, status, outcome in resolved
            if (run := db.uuid(raw)) is not None and (wait := db.uuid(raw_wait)) is not None
        ],
    )


def count_suspected(db: Connection) -> int:
    """How many runs wait to be claimed alone."""
    rows = db.run("SELECT count(*) FROM runtime_run WHERE status = 'queued' AND isolated")
    return int(rows[0][0])


def forget(db: Connection) -> None:
    """Drop rows that no longer mean anything."""
    now = db.now()
    with db.transaction():
        db.run("DELETE FROM runtime_delivery WHERE expires_at < %s", (db.time(now),))
        for table in ("knownanswer", "knownvector", "alikeanswer"):
            db.run(f"DELETE FROM runtime_{table} WHERE expires_at < %s", (db.time(now),))
        db.run(
            "UPDATE runtime_modelcall SET reply = NULL WHERE reply IS NOT NULL AND settled_at < %s",
            (db.time(now - REPLIES_SECONDS),),
        )
        db.run(
            "DELETE FROM runtime_worker WHERE dead AND lease_until < %s",
            (db.time(now - FORGOTTEN_WORKERS_SECONDS),),
        )
