"""Workers and their leases: registering, staying alive, being given up, letting go."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Set
from dataclasses import dataclass
from uuid import UUID

from runtime.store.crash_points import crash_point
from runtime.store.dialect import Connection
from runtime.store.watch import Watch

LEASE_SECONDS = float(os.environ.get("SEGUE_LEASE_SECONDS", "15"))
CRASHES_BEFORE_ALONE = 2  # without progress; then the run is suspected and kept from the others
CRASHES_ALONE = 3  # crashes of a worker that held nothing else, then it fails


@dataclass(frozen=True, slots=True)
class Incarnation:
    """One start of a worker process."""

    id: UUID
    lock_key: int
    version: str


def register(db: Connection, me: Incarnation) -> float:
    """Become a worker: hold the sign of life, then say so; returns the database's time."""
    db.hold_sign_of_life(me.id, me.lock_key)
    crash_point("register.begin")
    now = db.now()
    with db.transaction():
        db.run(
            "INSERT INTO runtime_worker (id, lock_key, lease_until, dead, host, pid, version, "
            "started_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                db.id(me.id),
                me.lock_key,
                db.time(now + LEASE_SECONDS),
                False,
                socket.gethostname()[:200],
                os.getpid(),
                me.version,
                db.time(now),
            ),
        )
    crash_point("register.committed")
    return now


def renew(db: Connection, me: UUID) -> float | None:
    """Push the lease forward; returns the database's time, None when it was declared dead."""
    with db.transaction():
        now = db.now()
        renewed = db.count(
            "UPDATE runtime_worker SET lease_until = %s WHERE id = %s AND NOT dead",
            (db.time(now + LEASE_SECONDS), db.id(me)),
        )
    return now if renewed else None


def reap(db: Connection, me: UUID, watch: Watch, *, isolation: bool = True) -> list[UUID]:
    """Give up workers that let their lease run out or whose process is gone; returns their runs.

    `isolation` is only ever off where a test shows what breaks without it.
    """
    watch.look(db)
    found = db.run(
        "SELECT id, lock_key, lease_until FROM runtime_worker WHERE NOT dead AND id <> %s",
        (db.id(me),),
    )
    signs = watch.trusts_signs and db.signs_hold(LEASE_SECONDS)
    requeued: list[UUID] = []
    for raw, key, lease in found:
        worker = db.uuid(raw)
        if worker is None:
            continue
        silent = watch.silent(worker, lease)
        missing = signs and db.sign_of_life_is_gone(worker, key)
        if silent or watch.missed(worker, missing, db.sign_grace_seconds):
            requeued.extend(_bury(db, worker, isolation=isolation))
            watch.forget(worker)
    return requeued


def _bury(db: Connection, worker: UUID, *, isolation: bool) -> list[UUID]:
    with db.transaction():
        # FOR UPDATE conflicts with the KEY SHARE of that worker's commits: none is under way
        # once we hold it, and none can begin afterwards.
        alive = db.run(
            f"SELECT 1 FROM runtime_worker WHERE id = %s AND NOT dead {db.for_update}",
            (db.id(worker),),
        )
        if not alive:
            return []
        crash_point("bury.locked")
        db.run("UPDATE runtime_worker SET dead = %s WHERE id = %s", (True, db.id(worker)))
        progress = (
            "(SELECT count(*) FROM runtime_step s WHERE s.run_id = runtime_run.id "
            "AND s.status IN ('succeeded', 'skipped'))"
        )
        held = db.run("SELECT count(*) FROM runtime_run WHERE owner_id = %s", (db.id(worker),))
        rows = db.run(
            # A run that got on since its last crash is not what kills workers; and of several
            # suspected ones in a worker nobody knows which it was.
            "UPDATE runtime_run SET status = 'queued', owner_id = NULL, crashes = CASE "
            f"WHEN isolated AND {int(held[0][0])} > 1 THEN crashes "
            f"WHEN {progress} > crash_progress THEN 1 ELSE crashes + 1 END, "
            f"crash_progress = {progress} WHERE owner_id = %s RETURNING id",
            (db.id(worker),),
        )
        runs = [run for row in rows if (run := db.uuid(row[0])) is not None]
        if isolation:
            _suspect(db, runs)
        crash_point("bury.requeued")
    crash_point("bury.committed")
    return runs


def _suspect(db: Connection, runs: list[UUID]) -> None:
    """Runs that crashed too often are suspected; those that crashed alone too often fail."""
    match, values = db.ids(runs)
    db.run(
        "UPDATE runtime_run SET status = 'failed', finished_at = %s, error = %s, reason = "
        "COALESCE((SELECT '“' || s.node || '” crashed its worker again and again, so the run was "
        "stopped.' FROM runtime_step s WHERE s.run_id = runtime_run.id AND s.status = 'running' "
        "ORDER BY s.seq DESC LIMIT 1), %s) "
        f"WHERE id {match} AND isolated AND crashes >= {CRASHES_ALONE}",
        (
            db.time(db.now()),
            json.dumps({"message": _POISON, "class": "lost", "retryable": False}),
            _POISON,
            *values,
        ),
    )
    db.run(
        "UPDATE runtime_step SET status = 'failed', error = %s WHERE status = 'running' "
        "AND run_id IN (SELECT id FROM runtime_run r WHERE r.status = 'failed' "
        f"AND r.isolated AND r.id {match})",
        (json.dumps({"message": _POISON, "class": "lost", "retryable": False}), *values),
    )
    db.run(
        "UPDATE runtime_wait SET status = 'closed' WHERE status <> 'closed' AND run_id IN "
        f"(SELECT id FROM runtime_run r WHERE r.status = 'failed' AND r.isolated AND r.id {match})",
        values,
    )
    db.run(
        f"UPDATE runtime_run SET isolated = %s, crashes = 0 WHERE id {match} AND NOT isolated "
        f"AND crashes >= {CRASHES_BEFORE_ALONE}",
        (True, *values),
    )


_POISON = "This step crashed its worker again and again, so the run was stopped."


def say_draining(db: Connection, me: UUID) -> None:
    """Say that this worker stops in order, so that nobody wonders why it takes nothing."""
    with db.transaction():
        db.run("UPDATE runtime_worker SET draining = %s WHERE id = %s", (True, db.id(me)))


def release(db: Connection, me: UUID) -> list[UUID]:
    """Leave in order: hand back all runs, without counting it as a crash."""
    crash_point("release.begin")
    with db.transaction():
        rows = db.run(
            "UPDATE runtime_run SET status = 'queued', owner_id = NULL WHERE owner_id = %s "
            "RETURNING id",
            (db.id(me),),
        )
        crash_point("release.requeued")
        db.run("UPDATE runtime_worker SET dead = %s WHERE id = %s", (True, db.id(me)))
    crash_point("release.committed")
    return [run for row in rows if (run := db.uuid(row[0])) is not None]


def hand_back(db: Connection, me: UUID, runs: list[UUID]) -> list[UUID]:
    """Put single runs back into the queue; returns those that were still ours."""
    match, values = db.ids(runs)
    with db.transaction():
        rows = db.run(
            f"UPDATE runtime_run SET status = 'queued', owner_id = NULL WHERE id {match} "
            "AND owner_id = %s RETURNING id",
            (*values, db.id(me)),
        )
    return [run for row in rows if (run := db.uuid(row[0])) is not None]


def hand_back_strays(db: Connection, me: UUID, held: Set[UUID]) -> list[UUID]:
    """Put back what is ours by the database but not in our memory.

    A claim whose answer was lost with the connection leaves such runs: nobody would ever go on
    with them.
    """
    rows = db.run("SELECT id FROM runtime_run WHERE owner_id = %s", (db.id(me),))
    ours = {run for row in rows if (run := db.uuid(row[0])) is not None}
    strays = sorted(ours - held)
    return hand_back(db, me, strays) if strays else []
