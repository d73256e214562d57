"""Which flows somebody is to be told of, as the engine's connections read it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import orjson

from runtime.store.dialect import Connection

LONGEST_NOTE, LONGEST_PROBLEM = 300, 500
STREAK_AT_MOST = 100
_FAILED = "('failed', 'timed_out')"


@dataclass(frozen=True, slots=True)
class Alert:
    """One flow's row. Moments are Unix times."""

    flow_id: UUID
    workspace_id: UUID
    recipients: tuple[str, ...]
    credential_id: UUID | None
    seen_until: float
    missed: str


@dataclass(frozen=True, slots=True)
class Failures:
    """What failed since the last mail. `streak`: how many of the last live runs, without a gap.

    `step` is the failed step's name, `step_key` its short name; both are empty where none failed.
    """

    count: int
    last_run: UUID
    step: str
    step_key: str
    message: str
    streak: int


def due_alerts(db: Connection, before: float) -> list[Alert]:
    """Those whose last mail is older than that; most of them will have nothing to tell."""
    rows = db.run(
        "SELECT flow_id, workspace_id, recipients, credential_id, seen_until, missed "
        "FROM runtime_flowalert WHERE told_at IS NULL OR told_at <= %s",
        (db.time(before),),
    )
    found = []
    for flow, workspace, recipients, credential, seen, missed in rows:
        flow_id, workspace_id = db.uuid(flow), db.uuid(workspace)
        if flow_id is not None and workspace_id is not None:
            named = tuple(recipients.split("\n"))
            since = db.seconds(seen) or 0.0
            found.append(Alert(flow_id, workspace_id, named, db.uuid(credential), since, missed))
    return found


def failures_of(db: Connection, alert: Alert, until: float) -> Failures | None:
    """The flow's live runs that failed since it was told of, up to then; None where none did."""
    where = (
        f"FROM runtime_run WHERE status IN {_FAILED} AND finished_at > %s AND finished_at <= %s "
        "AND mode = 'live' AND flow_id = %s"
    )
    values = (db.time(alert.seen_until), db.time(until), db.id(alert.flow_id))
    count = int(db.run(f"SELECT count(*) {where}", values)[0][0])
    if not count:
        return None
    last = db.run(f"SELECT id, reason, error {where} ORDER BY finished_at DESC LIMIT 1", values)
    run, reason, error = last[0]
    details = orjson.loads(error) if error else {}
    run_id = db.uuid(run)
    if run_id is None:
        return None
    return Failures(
        count=count,
        last_run=run_id,
        step=str(details.get("node_label") or ""),
        step_key=str(details.get("node_key") or ""),
        message=str(details.get("message") or reason or ""),
        streak=_streak(db, alert.flow_id),
    )


def _streak(db: Connection, flow: UUID) -> int:
    rows = db.run(
        "SELECT status FROM runtime_run WHERE flow_id = %s AND mode = 'live' "
        f"AND status IN ('succeeded', 'failed', 'timed_out') ORDER BY id DESC "
        f"LIMIT {STREAK_AT_MOST:d}",
        (db.id(flow),),
    )
    failed = [status != "succeeded" for (status,) in rows]
    return failed.index(False) if False in failed else len(failed)


def note_told(db: Connection, alert: Alert, now: float, until: float) -> None:
    """The mail is out; a note of a missed time that came meanwhile stays for the next one."""
    with db.statement():
        db.run(
            "UPDATE runtime_flowalert SET told_at = %s, seen_until = %s, problem = '', "
            "missed = CASE WHEN missed = %s THEN '' ELSE missed END WHERE flow_id = %s",
            (db.time(now), db.time(until), alert.missed, db.id(alert.flow_id)),
        )


def note_problem(db: Connection, alert: Alert, now: float, problem: str) -> None:
    """The mail did not go out: what it would have told is told by the next one."""
    with db.statement():
        db.run(
            "UPDATE runtime_flowalert SET told_at = %s, problem = %s WHERE flow_id = %s",
            (db.time(now), problem[:LONGEST_PROBLEM], db.id(alert.flow_id)),
        )


def note_missed(db: Connection, flow: UUID, note: str) -> None:
    """A time of the clock passed without a run; call it in the transaction that moves it on."""
    db.run(
        "UPDATE runtime_flowalert SET missed = %s WHERE flow_id = %s AND on_missed",
        (note[:LONGEST_NOTE], db.id(flow)),
    )
