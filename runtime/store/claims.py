"""Taking runs over: the claim, and what the journal knows of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from runtime.engine.encode import decode_outputs
from runtime.engine.history import ClaimedRun, History, StoredAttempt, StoredStep, StoredWait
from runtime.graph.issue import DocumentError, Issue
from runtime.sdk.items import Item
from runtime.store.commit import alive, need_alive
from runtime.store.crash_points import crash_point
from runtime.store.dialect import Connection, Record
from runtime.store.payloads import load_payload
from runtime.store.queue import HAS_NO_SLOT_TO_FIND, next_in_line

_RETURNED = (
    "id, workspace_id, flow_id, version, snapshot_id, mode, trigger_key, trigger_kind, input, "
    "epoch, crashes, isolated, created_at, started_at, deadline_at, reply_to, response, seq, "
    "slot, replays, parent_run_id"
)
_TAKE = (
    "UPDATE runtime_run SET status = 'running', owner_id = %s, epoch = epoch + 1, "
    "started_at = COALESCE(started_at, %s), wake_at = NULL "
)


def claim_runs(
    db: Connection,
    worker: UUID,
    now: float | None = None,
    *,
    ids: Sequence[UUID] | None,
    limit: int,
    alone: bool = False,
) -> list[ClaimedRun]:
    """Claim queued runs: these ones, or the next in order. Duplicate and lost hints do no harm.

    The claim carries the fence as well: a worker that was given up would otherwise own runs for
    ever. `alone` claims one run under suspicion, which ordinary claims leave out. `now` is the
    moment at which they begin.
    """
    crash_point("claim.begin")
    # Hinted runs are taken by one statement; finding the next in line takes several.
    with db.transaction() if ids is None else db.statement():
        where, values = _which(db, ids, limit, alone=alone)
        me = db.id(worker)
        rows = db.run(
            # One that was to be stopped is ended by the sweep; nothing of it may begin any more.
            f"{_TAKE} WHERE {where} AND status = 'queued' AND NOT cancel_requested "
            f"AND {alive(db)} RETURNING {_RETURNED}",
            (me, db.time(time.time() if now is None else now), *values, me),
        )
        if rows:
            crash_point("claim.taken")
        else:
            need_alive(db, worker)
    claims = [_claimed(db, row) for row in rows]
    if claims:
        crash_point("claim.committed")
        load_histories(db, [claim for claim in claims if not claim.first_claim])
        crash_point("claim.loaded")
    return claims


def _which(
    db: Connection, ids: Sequence[UUID] | None, limit: int, *, alone: bool
) -> tuple[str, list[Any]]:
    suspected = "isolated" if alone else "NOT isolated"
    if not alone:
        found = next_in_line(db, limit) if ids is None else ids[:limit]
        match, values = db.ids(found)
        slots = "" if ids is None else f" AND {HAS_NO_SLOT_TO_FIND}"
        return f"id {match} AND {suspected}{slots}", values
    queue = (
        f"SELECT id FROM runtime_run WHERE status = 'queued' AND {suspected} "
        f"ORDER BY priority, id LIMIT {limit:d} {db.skip_locked}"
    )
    # ARRAY(…) is evaluated once; IN (… FOR UPDATE SKIP LOCKED) may run again for every row.
    return (f"id = ANY(ARRAY({queue}))" if db.skip_locked else f"id IN ({queue})"), []


def _claimed(db: Connection, row: Record) -> ClaimedRun:
    (
        run,
        workspace,
        flow,
        version,
        snapshot,
        mode,
        key,
        kind,
        given,
        epoch,
        crashes,
        isolated,
        created,
        started,
        deadline,
        reply_to,
        response,
        seq,
        slot,
        replays,
        parent,
    ) = row
    items = [Item.load(item) for item in orjson.loads(given)]
    return ClaimedRun(
        id=_required(db.uuid(run)),
        workspace_id=_required(db.uuid(workspace)),
        flow_id=db.uuid(flow),
        version=version,
        snapshot_id=_required(db.uuid(snapshot)),
        mode=mode,
        trigger_key=key,
        trigger_kind=kind,
        items=items,
        epoch=epoch,
        crashes=crashes,
        isolated=bool(isolated),
        created_at=db.seconds(created) or 0.0,
        started_at=db.seconds(started) or 0.0,
        deadline_at=db.seconds(deadline),
        reply_to=reply_to,
        response=orjson.loads(response) if response else None,
        first_claim=epoch == 1 and seq == 0,
        slotted=slot is not None,
        parent_run_id=db.uuid(parent),
        history=History(seq=seq),
        replays=db.uuid(replays),
    )


def _required(value: UUID | None) -> UUID:
    if value is None:
        raise ValueError("a run without an id")
    return value


def load_histories(db: Connection, claims: Sequence[ClaimedRun]) -> None:
    """Fill in what earlier owners left."""
    for claim in claims:
        history = claim.history
        load_results(db, claim.id, claim.workspace_id, history)
        _load_waits(db, claim, history)
        logged = db.run(
            "SELECT max(seq), sum(length(message) + COALESCE(length(data), 0)) "
            "FROM runtime_logline WHERE run_id = %s",
            (db.id(claim.id),),
        )
        history.stored += int(logged[0][1] or 0)
        history.seq = max(history.seq, int(logged[0][0] or 0))


def load_results(db: Connection, run: UUID, workspace: UUID, history: History) -> None:
    """Fill in what a run's steps and tries came to."""
    _load_steps(db, run, workspace, history)
    _load_attempts(db, run, workspace, history)


def load_recorded(db: Connection, claim: ClaimedRun) -> tuple[UUID | None, History]:
    """The snapshot and the results of the run whose answers stand in for the world."""
    history = History()
    if claim.replays is None:
        return None, history
    rows = db.run(
        "SELECT snapshot_id FROM runtime_run WHERE id = %s AND workspace_id = %s",
        (db.id(claim.replays), db.id(claim.workspace_id)),
    )
    if rows:
        load_results(db, claim.replays, claim.workspace_id, history)
    return (db.uuid(rows[0][0]) if rows else None), history


def _load_steps(db: Connection, run: UUID, workspace: UUID, history: History) -> None:
    rows = db.run(
        "SELECT node, iteration, seq, status, output, origins, taken, started_at, item_errors "
        "FROM runtime_step WHERE run_id = %s ORDER BY seq",
        (db.id(run),),
    )
    for node, iteration, seq, status, output, origins, taken, started, errors in rows:
        history.seq = max(history.seq, seq)
        kept = load_payload(db, workspace, output)
        history.stored += len(kept or "")
        history.steps.append(
            StoredStep(
                node,
                iteration,
                seq,
                status,
                decode_outputs(kept),
                orjson.loads(origins) if origins else None,
                orjson.loads(taken) if taken else None,
                db.seconds(started),
                errors,
            )
        )


def _load_attempts(db: Connection, run: UUID, workspace: UUID, history: History) -> None:
    rows = db.run(
        "SELECT a.node, a.iteration, a.item, a.number, a.seq, a.status, a.params, a.output, "
        "a.error, a.started_at, a.next_at FROM runtime_attempt a WHERE a.run_id = %s "
        "ORDER BY a.item, a.number",
        (db.id(run),),
    )
    for node, iteration, item, number, seq, status, params, output, error, began, due in rows:
        history.seq = max(history.seq, seq)
        kept = load_payload(db, workspace, output)
        history.stored += len(kept or "")
        history.attempts.setdefault((node, iteration), []).append(
            StoredAttempt(
                item,
                number,
                status,
                orjson.loads(params) if params else None,
                decode_outputs(kept),
                orjson.loads(error) if error else None,
                db.seconds(began),
                db.seconds(due),
            )
        )


def _load_waits(db: Connection, claim: ClaimedRun, history: History) -> None:
    rows = db.run(
        "SELECT id, node, iteration, item, number, kind, status, token, due_at, details, outcome "
        "FROM runtime_wait WHERE run_id = %s AND status <> 'closed' ORDER BY created_at",
        (db.id(claim.id),),
    )
    for wait, node, iteration, item, number, kind, status, token, due, details, outcome in rows:
        kept = history.waits if number else history.addresses
        kept[(node, iteration, item)] = StoredWait(
            _required(db.uuid(wait)),
            node,
            iteration,
            item,
            number,
            kind,
            status,
            token,
            db.seconds(due),
            orjson.loads(details) if details else None,
            orjson.loads(outcome) if outcome else None,
        )


def load_document(db: Connection, snapshot: UUID) -> str:
    """The canonical JSON of a snapshot; raises DocumentError where it is gone."""
    rows = db.run("SELECT document FROM runtime_snapshot WHERE id = %s", (db.id(snapshot),))
    if not rows:
        raise DocumentError([Issue("gone", "The flow's steps as they were then are not kept.")])
    return str(rows[0][0])
