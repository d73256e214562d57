"""What every worker looks for now and then, so that nothing depends on a message arriving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from runtime.store.dialect import Connection
from runtime.store.leftovers import close_leftovers

FORGOTTEN_WORKERS_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of runs this worker holds."""

    cancelled: list[tuple[UUID, str]]
    resolved: list[tuple[UUID, UUID, bool, Any]]  # run, wait, expired, outcome


def wake_due(db: Connection) -> int:
    """Queue waiting runs whose time has come or whose waits were answered; returns how many."""
    now = db.time(db.now())
    with db.transaction():
        db.run(
            "UPDATE runtime_wait SET status = 'expired', resolved_at = %s WHERE status = 'open' "
            "AND due_at <= %s AND run_id IN (SELECT id FROM runtime_run WHERE status = 'waiting' "
            "AND wake_at <= %s)",
            (now, now, now),
        )
        return db.count(
            "UPDATE runtime_run SET status = 'queued', wake_at = NULL WHERE status = 'waiting' "
            "AND EXISTS (SELECT 1 FROM runtime_wait w WHERE w.run_id = runtime_run.id "
            "AND w.status IN ('resolved', 'expired'))"
        )


def end_overdue(db: Connection) -> list[UUID]:
    """End runs past their deadline that nobody holds."""
    now = db.time(db.now())
    reason = "The run was stopped because its time was up before it could go on."
    error = orjson.dumps({"message": reason, "class": "timeout", "retryable": False}).decode()
    with db.transaction():
        rows = db.run(
            "UPDATE runtime_run SET status = 'timed_out', finished_at = %s, reason = %s, "
            "error = %s, wake_at = NULL, seq = seq + 1 WHERE status IN ('queued', 'waiting') "
            "AND deadline_at < %s RETURNING id",
            (now, reason, error, now),
        )
        ended = [run for row in rows if (run := db.uuid(row[0])) is not None]
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
        "ON r.id = w.run_id WHERE r.owner_id = %s AND w.status IN ('resolved', 'expired')",
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
        db.run(
            "DELETE FROM runtime_worker WHERE dead AND lease_until < %s",
            (db.time(now - FORGOTTEN_WORKERS_SECONDS),),
        )
