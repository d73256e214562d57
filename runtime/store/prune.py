"""Finding and deleting runs that need not be kept any longer, in transactions of moments.

Only runs that are over go, and no child whose parent is still under way. What a delivery key stands
for is kept until the key expires, with or without its run: the same event never runs twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from runtime.retention import Rule, Wish
from runtime.store.crash_points import crash_point
from runtime.store.dialect import Connection
from runtime.store.file_uses import Unused, forget_files
from runtime.store.payloads import drop_unused, references_of

DAY = 86_400.0
BEFORE_ALL = UUID(int=0)
ROWS_AT_ONCE = 2_000  # journal rows of one run in one transaction
_CHILD_OF_ONE_UNDER_WAY = (
    "r.parent_run_id IS NOT NULL AND EXISTS (SELECT 1 FROM runtime_run p "
    "WHERE p.id = r.parent_run_id AND p.status IN ('queued', 'running', 'waiting'))"
)
# What a run on the draft is answered with in place of the world is read anew at each claim.
_REPLAYED = (
    "EXISTS (SELECT 1 FROM runtime_run q WHERE q.replays = r.id "
    "AND q.status IN ('queued', 'running', 'waiting'))"
)
# Tests of a flow go by what it recorded.
_KEPT = "EXISTS (SELECT 1 FROM runtime_keptrun k WHERE k.run_id = r.id)"
_OVER = "'succeeded', 'cancelled', 'failed', 'timed_out'"
_TABLES = ("runtime_attempt", "runtime_logline", "runtime_wait", "runtime_step")


@dataclass(frozen=True, slots=True)
class Due:
    """Runs of one flow that may go: of a kind, over since `before`, accepted before `until`."""

    flow_id: UUID | None
    kind: str
    where: str  # about mode and status; one of our own texts
    before: float
    until: UUID


@dataclass(frozen=True, slots=True)
class Found:
    """A run that may go, with how many rows its journal has at most."""

    id: UUID
    rows: int


def flows_with_runs(db: Connection) -> Iterator[UUID | None]:
    """Each flow once, None for runs without one; the index is hopped along, not read."""
    if db.run("SELECT 1 FROM runtime_run WHERE flow_id IS NULL LIMIT 1"):
        yield None
    last = BEFORE_ALL
    while True:
        rows = db.run(
            "SELECT flow_id FROM runtime_run WHERE flow_id > %s ORDER BY flow_id LIMIT 1",
            (db.id(last),),
        )
        found = db.uuid(rows[0][0]) if rows else None
        if found is None:
            return
        yield found
        last = found


def wish_of(db: Connection, flow_id: UUID | None) -> Wish:
    """What the flow asks for."""
    rows = db.run(
        "SELECT finished_days, failed_days, test_days, most_runs FROM runtime_retention "
        "WHERE flow_id = %s",
        (db.id(flow_id),),
    )
    return Wish(*rows[0]) if rows else Wish()


def due_runs(db: Connection, flow_id: UUID | None, rule: Rule, now: float) -> list[Due]:
    """What may go under this rule, as of now."""
    kinds = (
        ("finished", "r.mode = 'live' AND r.status IN ('succeeded', 'cancelled')", rule.finished),
        ("failed", "r.mode = 'live' AND r.status IN ('failed', 'timed_out')", rule.failed),
        ("test", f"r.mode = 'test' AND r.status IN ({_OVER})", rule.test),
    )
    found = [
        Due(flow_id, kind, where, now - days * DAY, first_id_at(now - days * DAY))
        for kind, where, days in kinds
        if days is not None
    ]
    if rule.runs is not None and flow_id is not None:
        rows = db.run(
            "SELECT id FROM runtime_run WHERE flow_id = %s ORDER BY id DESC "
            f"LIMIT 1 OFFSET {rule.runs - 1:d}",
            (db.id(flow_id),),
        )
        oldest_kept = db.uuid(rows[0][0]) if rows else None
        if oldest_kept is not None:
            found.append(Due(flow_id, "surplus", f"r.status IN ({_OVER})", now, oldest_kept))
    return found


def find_due(db: Connection, due: Due, after: UUID, limit: int) -> list[Found]:
    """The next of them by id."""
    flow, values = ("r.flow_id = %s", [db.id(due.flow_id)]) if due.flow_id else (_NO_FLOW, [])
    rows = db.run(
        f"SELECT r.id, r.seq FROM runtime_run r WHERE {flow} AND r.id > %s AND r.id < %s "
        f"AND {due.where} AND r.finished_at < %s AND NOT ({_CHILD_OF_ONE_UNDER_WAY}) "
        f"AND NOT ({_REPLAYED}) AND NOT ({_KEPT}) ORDER BY r.id LIMIT {limit:d}",
        (*values, db.id(after), db.id(due.until), db.time(due.before)),
    )
    return [Found(run, int(seq)) for raw, seq in rows if (run := db.uuid(raw)) is not None]


_NO_FLOW = "r.flow_id IS NULL"


def first_id_at(seconds: float) -> UUID:
    """No id made at this moment or later is smaller (the first 48 bits of a uuid7 are its time)."""
    return UUID(int=max(0, int(seconds * 1000)) << 80)


def delete_runs(db: Connection, runs: Sequence[UUID], files: Unused | None = None) -> int:
    """Delete runs with all that is theirs alone, in one transaction; returns how many went.

    What they referred to is added to `files`: its bytes may go where nobody else does.
    """
    match, values = db.ids(runs)
    crash_point("prune.begin")
    with db.transaction():
        # Locked first: whoever copies from one of them has ended, or comes too late and is told so.
        locked = db.run(
            f"SELECT r.id FROM runtime_run r WHERE r.id {match} AND r.status IN ({_OVER}) "
            f"AND NOT ({_REPLAYED}) ORDER BY r.id {db.for_update}",
            values,
        )
        runs = [run for row in locked if (run := db.uuid(row[0])) is not None]
        match, values = db.ids(runs)
        references = references_of(db, f"run_id {match}", values)
        for table in _TABLES:
            db.run(f"DELETE FROM {table} WHERE run_id {match}", values)
        crash_point("prune.rows")
        workspaces = _workspaces(db, runs)
        forgotten = forget_files(db, runs)
        gone = db.count(f"DELETE FROM runtime_run WHERE id {match}", values)
        crash_point("prune.runs")
        drop_unused(db, {(workspaces[run], digest) for run, digest in references})
        crash_point("prune.payloads")
    crash_point("prune.committed")
    if files is not None:
        files |= forgotten
    return gone


def thin(db: Connection, run: UUID) -> int:
    """Delete some rows of a run with very many, the first that are there; returns how many.

    Its own row goes last, so whoever is killed in between leaves a run that is still found.
    """
    for table in _TABLES:
        rows = f"SELECT {db.row_address} FROM {table} WHERE run_id = %s LIMIT {ROWS_AT_ONCE:d}"
        some = f"{db.row_address} = ANY(ARRAY({rows}))" if db.skip_locked else f"rowid IN ({rows})"
        with db.transaction():
            references = references_of(db, some, [db.id(run)], table)
            gone = db.count(f"DELETE FROM {table} WHERE {some}", [db.id(run)])
            workspaces = _workspaces(db, [run])
            drop_unused(db, {(workspaces[run], digest) for _, digest in references})
        if gone:
            return gone
    return 0


def _workspaces(db: Connection, runs: Sequence[UUID]) -> dict[UUID, UUID]:
    match, values = db.ids(runs)
    rows = db.run(f"SELECT id, workspace_id FROM runtime_run WHERE id {match}", values)
    return {
        run: workspace
        for raw, raw_workspace in rows
        if (run := db.uuid(raw)) is not None and (workspace := db.uuid(raw_workspace)) is not None
    }
