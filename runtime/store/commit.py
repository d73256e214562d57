"""One group commit: fence, then everything that came ready since the last one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from runtime.engine.rows import Row, WaitRow
from runtime.store.batch import Owned, build_batch
from runtime.store.crash_points import crash_point
from runtime.store.dialect import Batch, Connection
from runtime.store.leftovers import close_leftovers
from runtime.store.tables import (
    ADVANCE,
    ATTEMPTS,
    END,
    LOGS,
    PARK,
    PAYLOADS,
    SAY_RUNNING,
    STEPS,
    WAITS,
)


class FencedError(Exception):
    """This worker was declared dead: nothing it still has may be written."""


def alive(db: Connection) -> str:
    """SQL that holds as long as a worker (its id is the parameter) is not dead.

    It locks the worker's row: whoever declares it dead waits for the end of this transaction.
    """
    return f"EXISTS (SELECT 1 FROM runtime_worker WHERE id = %s AND NOT dead {db.for_key_share})"


def need_alive(db: Connection, worker: UUID) -> None:
    """Raise FencedError where the worker is dead."""
    if not db.run(f"SELECT 1 WHERE {alive(db)}", (db.id(worker),)):
        raise FencedError(str(worker))


def commit_rows(
    db: Connection,
    worker: UUID,
    held: Owned,
    rows: Sequence[Row],
    *,
    fence: bool = True,
    epochs: bool = True,
) -> set[UUID]:
    """Write rows in one transaction; returns the runs that are no longer this worker's.

    `held` says of each run under which epoch its rows were written.

    `fence` and `epochs` are only ever off where a test shows what breaks without them.

    Raises FencedError when the worker is dead and DatabaseDownError when the outcome is unknown.
    """
    crash_point("commit.begin")
    batch = build_batch(held, rows)  # beforehand: nobody waits for a lock while JSON is made
    if db.commits_at_once and fence and epochs:
        lost = _at_once(db, worker, held, rows, batch)
    else:
        lost = _piecewise(db, worker, held, rows, batch, fence=fence, epochs=epochs)
    _see_who_was_first(db, rows)
    crash_point("commit.committed")
    return lost


def _at_once(
    db: Connection, worker: UUID, held: Owned, rows: Sequence[Row], batch: Batch
) -> set[UUID]:
    """By one call to the database, which writes all or, where a run was lost, nothing."""
    left = dict(held)
    while left:
        mine = db.commit_at_once(worker, {run: epoch for run, (epoch, _) in left.items()}, batch)
        if mine is None:
            raise FencedError(str(worker))
        if mine == left.keys():
            break
        left = {run: own for run, own in left.items() if run in mine}
        batch = build_batch(left, rows)
    return set(held) - left.keys()


def _piecewise(
    db: Connection,
    worker: UUID,
    held: Owned,
    rows: Sequence[Row],
    batch: Batch,
    *,
    fence: bool,
    epochs: bool,
) -> set[UUID]:
    """Statement by statement, in one transaction."""
    with db.transaction():
        lost = _check(db, worker, held, epochs=epochs) if fence else set()
        if lost:
            batch = build_batch({r: own for r, own in held.items() if r not in lost}, rows)
        crash_point("commit.fenced")
        _write(db, worker, batch)
    return lost


def _write(db: Connection, worker: UUID, batch: Batch) -> None:
    db.insert(PAYLOADS, batch.payloads)
    db.insert(STEPS, batch.steps)
    crash_point("commit.steps")
    db.insert(ATTEMPTS, batch.attempts)
    crash_point("commit.attempts")
    db.insert(LOGS, batch.logs)
    db.insert(WAITS, batch.waits)
    crash_point("commit.waits")
    db.update_runs(ADVANCE, batch.advances, worker)
    crash_point("commit.advanced")
    db.update_runs(SAY_RUNNING, batch.runnings, worker)
    db.update_runs(PARK, batch.parkings, worker)
    db.update_runs(END, batch.ends, worker)
    close_leftovers(db, [UUID(row["id"]) for row in batch.ends if row["status"] != "succeeded"])
    crash_point("commit.ended")


def _see_who_was_first(db: Connection, rows: Sequence[Row]) -> None:
    """Tell the owner whose time was up where somebody had answered before."""
    late = [row for row in rows if isinstance(row, WaitRow) and row.status == "expired"]
    if not late:
        return
    match, values = db.ids([row.id for row in late])
    found = db.run(
        f"SELECT id, outcome FROM runtime_wait WHERE id {match} AND status = 'resolved'", values
    )
    answers = {db.uuid(wait): outcome for wait, outcome in found}
    for row in late:
        if row.id in answers:
            row.status, row.outcome = "resolved", (answers[row.id] or "null").encode()


def _check(db: Connection, worker: UUID, held: Owned, *, epochs: bool) -> set[UUID]:
    """The fence: the worker is alive, and each run is held under the epoch it was claimed with.

    KEY SHARE does not block the worker's own heartbeat, and whoever declares it dead takes the
    row FOR UPDATE first: so no commit can slip in between. The runs are locked before anything of
    theirs is written, in the order of their ids: everybody who changes runs and their waits does
    so, run before wait, and then none waits for another that waits for him.
    """
    match, values = db.ids(list(held))
    rows = db.run(
        f"SELECT id, epoch FROM runtime_run WHERE id {match} AND owner_id = %s AND {alive(db)} "
        f"ORDER BY id {db.for_update}",
        (*values, db.id(worker), db.id(worker)),
    )
    if not rows:
        need_alive(db, worker)
    mine = {db.uuid(run): epoch for run, epoch in rows}
    if not epochs:
        return {run for run in held if run not in mine}
    return {run for run, (epoch, _) in held.items() if mine.get(run) != epoch}
