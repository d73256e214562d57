"""Looks after calls of models that nobody else looks after: of dead workers, of runs that ended,
and those whose turn has come while their run was parked."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import orjson

from runtime.store.dialect import Connection
from runtime.store.model_budgets import forget_asker, give_back
from runtime.store.model_calls import hold_desk
from runtime.store.model_grants import Granting, Outlook

_OPEN = "('waiting', 'granted', 'calling')"
_DEAD = (
    "worker_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM runtime_worker k "
    "WHERE k.id = worker_id AND NOT k.dead)"
)
_RUN_OVER = (
    "EXISTS (SELECT 1 FROM runtime_run r WHERE r.id = run_id "
    "AND r.status IN ('succeeded', 'failed', 'timed_out', 'cancelled'))"
)
_ITS_WAIT = (
    "w.run_id = c.run_id AND w.node = c.node AND w.iteration = c.iteration AND w.item = c.item "
    "AND w.kind IN ('place', 'approval')"
)
FORGOTTEN_SECONDS = 120.0  # after them what waits in line must wait in its run, too
Wake = tuple[UUID, UUID]  # a run, and its wait that is to end


def look(db: Connection) -> list[Wake]:
    """Put in order what was left, give out what is free; returns the waits that end by it."""
    wakes: list[Wake] = []
    rows = db.run(f"SELECT DISTINCT workspace_id FROM runtime_modelcall WHERE status IN {_OPEN}")
    for (raw,) in rows:
        workspace = db.uuid(raw)
        if workspace is not None and _is_due(db, workspace):
            with db.transaction():
                hold_desk(db, workspace)
                wakes.extend(_look_after(db, workspace))
    return wakes


def _is_due(db: Connection, workspace: UUID) -> bool:
    sql = (
        f"SELECT 1 FROM runtime_modelcall WHERE workspace_id = %s AND status IN {_OPEN} "
        f"AND (status = 'waiting' OR until < %s OR ({_DEAD}) OR "
        f"(status = 'granted')) LIMIT 1"
    )
    return bool(db.run(sql, (db.id(workspace), db.time(db.now()))))


def _look_after(db: Connection, workspace: UUID) -> Iterator[Wake]:
    _close_lost(db, workspace)
    _take_back(db, workspace)
    _forget_ended(db, workspace)
    granting = Granting(db, workspace)
    blocked: list[tuple[UUID, Outlook]] = []
    profiles = db.run(
        "SELECT DISTINCT profile_id FROM runtime_modelcall "
        "WHERE workspace_id = %s AND status = 'waiting'",
        (db.id(workspace),),
    )
    for (raw,) in profiles:
        if (profile := db.uuid(raw)) is not None:
            blocked.extend(granting.give_out(profile).items())
    yield from _waits(db, "c.workspace_id = %s AND c.status = 'granted'", db.id(workspace))
    yield from _who_must_ask(db, blocked)


def _who_must_ask(db: Connection, blocked: list[tuple[UUID, Outlook]]) -> Iterator[Wake]:
    """The first one at each budget that is used up, and all who wait for one that was refused."""
    woken = set[UUID]()
    for call, outlook in blocked:
        use = outlook.use
        if use is None or outlook.others_hold:
            continue
        refused = use.refused_at is not None and use.refused_at >= outlook.asked_at
        if refused or (use.asked_call is None and use.id not in woken):
            woken.add(use.id)
            yield from _waits(db, "c.id = %s AND w.kind = 'place'", db.id(call))


def _waits(db: Connection, where: str, value: object) -> list[Wake]:
    rows = db.run(
        f"SELECT w.run_id, w.id FROM runtime_modelcall c JOIN runtime_wait w ON {_ITS_WAIT} "
        f"WHERE w.status = 'open' AND w.number > 0 AND {where}",
        (value,),
    )
    found = ((db.uuid(run), db.uuid(wait)) for run, wait in rows)
    return [(run, wait) for run, wait in found if run is not None and wait is not None]


def _close_lost(db: Connection, workspace: UUID) -> None:
    """Whoever asked is gone, and nobody knows what it took: the most it may have taken counts."""
    rows = db.run(
        "SELECT id, holds, requests, cost FROM runtime_modelcall WHERE workspace_id = %s "
        f"AND status = 'calling' AND (until < %s OR ({_DEAD}))",
        (db.id(workspace), db.time(db.now())),
    )
    for call, holds, requests, cost in rows:
        give_back(db, orjson.loads(holds), requests, cost)
        db.run(
            "UPDATE runtime_modelcall SET status = 'settled', outcome = 'lost', holds = '[]', "
            "settled_at = %s WHERE id = %s",
            (db.time(db.now()), call),
        )


def _take_back(db: Connection, workspace: UUID) -> None:
    """A place was given and not taken: it goes to the next, and costs nothing."""
    rows = db.run(
        "SELECT c.id, c.holds, EXISTS (SELECT 1 FROM runtime_wait w WHERE "
        f"{_ITS_WAIT} AND w.status <> 'closed') FROM runtime_modelcall c "
        "WHERE c.workspace_id = %s AND c.status = 'granted' AND c.until < %s",
        (db.id(workspace), db.time(db.now())),
    )
    for call, holds, still_waits in rows:
        give_back(db, orjson.loads(holds), 0, 0)
        if still_waits:
            db.run(
                "UPDATE runtime_modelcall SET status = 'waiting', granted_at = NULL, "
                "until = NULL, holds = '[]', turn = turn + 1 WHERE id = %s",
                (call,),
            )
        else:
            db.run("DELETE FROM runtime_modelcall WHERE id = %s", (call,))


def _forget_ended(db: Connection, workspace: UUID) -> None:
    """Runs that are over wait for nothing, and ask nobody; nor do steps that were given up."""
    rows = db.run(
        "SELECT id, status, holds FROM runtime_modelcall c WHERE workspace_id = %s "
        f"AND status IN ('waiting', 'granted') AND ({_RUN_OVER} OR (asked_at < %s AND NOT EXISTS "
        f"(SELECT 1 FROM runtime_wait w WHERE {_ITS_WAIT} AND w.status <> 'closed')))",
        (db.id(workspace), db.time(db.now() - FORGOTTEN_SECONDS)),
    )
    gone = [call for raw, _, _ in rows if (call := db.uuid(raw)) is not None]
    if not gone:
        return
    for _, status, holds in rows:
        if status == "granted":
            give_back(db, orjson.loads(holds), 0, 0)
    match, values = db.ids(gone)
    db.run(
        f"DELETE FROM runtime_modelcall WHERE status IN ('waiting', 'granted') AND id {match}",
        values,
    )
    forget_asker(db, gone)
