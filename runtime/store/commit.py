"""One group commit: fence, then everything that came ready since the last one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from runtime.engine.rows import AttemptRow, LogRow, Row, RunRow, StepRow, WaitRow
from runtime.store.cancel import cancel
from runtime.store.crash_points import crash_point
from runtime.store.dialect import Binary, Connection
from runtime.store.sweep import OVER
from runtime.store.tables import ATTEMPTS, LOGS, PAYLOADS, STEPS, WAITS, as_dicts, moment

PAYLOAD_BYTES = 256_000  # larger outputs live in a table of their own, once per content
PAYLOAD_MARK = b'{"$payload":"'

TERMINAL = frozenset({"succeeded", "failed", "timed_out", "cancelled"})
Owned = dict[UUID, tuple[int, UUID]]  # run -> (epoch, workspace)


class FencedError(Exception):
    """This worker was declared dead: nothing it still has may be written."""


def commit_rows(
    db: Connection,
    worker: UUID,
    owned: Owned,
    rows: Sequence[Row],
    *,
    fence: bool = True,
    epochs: bool = True,
) -> set[UUID]:
    """Write rows in one transaction; returns the runs that are no longer this worker's.

    `fence` and `epochs` are only ever off where a test shows what breaks without them.

    Raises FencedError when the worker is dead and DatabaseDownError when the outcome is unknown.
    """
    claimed = {row.run_id for row in rows}
    crash_point("commit.begin")
    with db.transaction():
        lost = _check(db, worker, owned, claimed, epochs=epochs) if fence else set()
        crash_point("commit.fenced")
        kept = [row for row in rows if row.run_id not in lost]
        payloads: dict[tuple[str, str], dict[str, Any]] = {}

        def shrink(run_id: UUID, value: bytes) -> bytes:
            return _externalise(owned[run_id][1], value, payloads)

        steps = as_dicts((r for r in kept if isinstance(r, StepRow)), STEPS, shrink)
        attempts = as_dicts((r for r in kept if isinstance(r, AttemptRow)), ATTEMPTS, shrink)
        db.insert(PAYLOADS, list(payloads.values()))
        db.insert(STEPS, steps)
        crash_point("commit.steps")
        db.insert(ATTEMPTS, attempts)
        crash_point("commit.attempts")
        db.insert(LOGS, as_dicts((r for r in kept if isinstance(r, LogRow)), LOGS, shrink))
        waits = [row for row in kept if isinstance(row, WaitRow)]
        db.insert(WAITS, as_dicts(waits, WAITS, shrink))
        _see_who_was_first(db, [row for row in waits if row.status == "expired"])
        crash_point("commit.waits")
        ends = [row for row in kept if isinstance(row, RunRow)]
        told = {row.run_id for row in ends}
        _advance(db, worker, owned, [row for row in kept if row.run_id not in told])
        crash_point("commit.advanced")
        _runs(db, worker, owned, ends)
        crash_point("commit.ended")
    crash_point("commit.committed")
    return lost


def _check(
    db: Connection, worker: UUID, owned: Owned, claimed: set[UUID], *, epochs: bool
) -> set[UUID]:
    """The fence: the worker is alive, and each run is held under the epoch it was claimed with.

    KEY SHARE does not block the worker's own heartbeat, and whoever declares it dead takes the
    row FOR UPDATE first: so no commit can slip in between. The runs are locked before anything of
    theirs is written, in the order of their ids: everybody who changes runs and their waits does
    so, run before wait, and then none waits for another that waits for him.
    """
    alive = db.run(
        f"SELECT 1 FROM runtime_worker WHERE id = %s AND NOT dead {db.for_key_share}",
        (db.id(worker),),
    )
    if not alive:
        raise FencedError(str(worker))
    match, values = db.ids(list(claimed))
    held = db.run(
        f"SELECT id, epoch FROM runtime_run WHERE id {match} AND owner_id = %s "
        f"ORDER BY id {db.for_update}",
        (*values, db.id(worker)),
    )
    mine = {db.uuid(run): epoch for run, epoch in held}
    if not epochs:
        return {run for run in claimed if run not in owned or run not in mine}
    return {run for run in claimed if run not in owned or mine.get(run) != owned[run][0]}


def _externalise(workspace: UUID, value: bytes, payloads: dict[Any, Any]) -> bytes:
    if len(value) <= PAYLOAD_BYTES:
        return value
    digest = hashlib.sha256(value).hexdigest()
    payloads[(str(workspace), digest)] = {
        "workspace_id": str(workspace),
        "sha256": digest,
        "data": Binary(value),
        "size": len(value),
        "created_at": moment(time.time()),
    }
    return PAYLOAD_MARK + digest.encode() + b'"}'


def _runs(db: Connection, worker: UUID, owned: Owned, rows: Sequence[RunRow]) -> None:
    latest: dict[UUID, RunRow] = {}
    for row in rows:
        before = latest.get(row.run_id)
        if before is not None and row.response is None:
            row.response = before.response
        latest[row.run_id] = row
    _say_running(db, worker, owned, [r for r in latest.values() if r.status == "running"])
    _park(db, worker, owned, [r for r in latest.values() if r.status == "waiting"])
    _end(db, worker, owned, [r for r in latest.values() if r.status in TERMINAL])


def _advance(db: Connection, worker: UUID, owned: Owned, rows: Sequence[Row]) -> None:
    """Move each run's `seq` on: whoever follows the journal reads up to it."""
    seqs: dict[UUID, int] = {}
    for row in rows:
        if not isinstance(row, WaitRow):
            seqs[row.run_id] = max(row.seq, seqs.get(row.run_id, 0))
    db.each(
        "UPDATE runtime_run SET seq = %s WHERE id = %s AND owner_id = %s AND epoch = %s",
        [(seq, *_mine(db, worker, owned, run)) for run, seq in seqs.items()],
    )


def _mine(db: Connection, worker: UUID, owned: Owned, run: UUID) -> tuple[Any, Any, int]:
    return db.id(run), db.id(worker), owned[run][0]


def _say_running(db: Connection, worker: UUID, owned: Owned, rows: Sequence[RunRow]) -> None:
    db.each(
        "UPDATE runtime_run SET response = COALESCE(response, %s), seq = %s "
        "WHERE id = %s AND owner_id = %s AND epoch = %s",
        [(_text(r.response), r.seq, *_mine(db, worker, owned, r.run_id)) for r in rows],
    )


def _see_who_was_first(db: Connection, rows: Sequence[WaitRow]) -> None:
    """Tell the owner whose time was up where somebody had answered before."""
    if not rows:
        return
    match, values = db.ids([row.id for row in rows])
    found = db.run(
        f"SELECT id, outcome FROM runtime_wait WHERE id {match} AND status = 'resolved'", values
    )
    answers = {db.uuid(wait): outcome for wait, outcome in found}
    for row in rows:
        if row.id in answers:
            row.status, row.outcome = "resolved", (answers[row.id] or "null").encode()


def _park(db: Connection, worker: UUID, owned: Owned, rows: Sequence[RunRow]) -> None:
    """Let runs wait, unless an answer is there or somebody wants them stopped.

    The runs are locked, and whoever answers a wait locks its run too: so either the answer is seen
    here, or it sees the run waiting.
    """
    db.each(
        "UPDATE runtime_run SET status = CASE WHEN EXISTS (SELECT 1 FROM runtime_wait w "
        f"WHERE w.run_id = runtime_run.id AND {OVER}) "
        "THEN 'queued' ELSE 'waiting' END, owner_id = NULL, wake_at = %s, "
        "response = COALESCE(response, %s), partial_errors = %s, seq = %s "
        "WHERE id = %s AND owner_id = %s AND epoch = %s",
        [
            (
                db.time(row.wake_at),
                _text(row.response),
                row.partial_errors,
                row.seq,
                *_mine(db, worker, owned, row.run_id),
            )
            for row in rows
        ],
    )
    _stop_those_asked_for(db, [row.run_id for row in rows])


def _stop_those_asked_for(db: Connection, parked: Sequence[UUID]) -> None:
    """Nobody holds them any more who could be asked to stop them."""
    if not parked:
        return
    match, values = db.ids(parked)
    for run, by in db.run(
        f"SELECT id, cancelled_by FROM runtime_run WHERE id {match} AND cancel_requested", values
    ):
        cancel(db, [found for found in [db.uuid(run)] if found is not None], by=by or "")


def _end(db: Connection, worker: UUID, owned: Owned, rows: Sequence[RunRow]) -> None:
    db.each(
        "UPDATE runtime_run SET status = %s, output = %s, response = COALESCE(response, %s), "
        "error = %s, reason = %s, partial_errors = %s, finished_at = %s, seq = %s, "
        "owner_id = NULL, wake_at = NULL WHERE id = %s AND owner_id = %s AND epoch = %s",
        [
            (
                row.status,
                _text(row.output),
                _text(row.response),
                _text(row.error),
                row.reason.replace("\x00", "�") if row.reason else None,
                row.partial_errors,
                db.time(row.finished_at),
                row.seq,
                *_mine(db, worker, owned, row.run_id),
            )
            for row in rows
        ],
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()
