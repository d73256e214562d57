"""Accepting runs: one transaction for many, deduplicated. A 2xx is only sent after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from runtime.sdk.items import Item
from runtime.store.crash_points import crash_point
from runtime.store.dialect import Connection
from runtime.store.tables import RUNS, moment

DELIVERY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be accepted. `delivery` is (scope, key, fingerprint of the body)."""

    id: UUID
    workspace_id: UUID
    flow_id: UUID | None
    version: int | None
    snapshot_id: UUID
    mode: str
    trigger_key: str
    trigger_kind: str
    items: Sequence[Item]
    created_at: float
    deadline_seconds: float
    reply_to: str | None = None
    priority: int = 0
    parent_run_id: UUID | None = None
    delivery: tuple[UUID, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The run that stands for an event: a new one, or the one the same event made before.

    `conflict` is set where the same key came with another body; then nothing was accepted.
    """

    run_id: UUID
    fresh: bool
    conflict: bool = False


def accept(db: Connection, runs: Sequence[NewRun]) -> list[Accepted]:
    """Insert runs in one transaction; raises DatabaseDownError when nothing was accepted."""
    crash_point("accept.begin")
    with db.transaction():
        answers = [_deliver(db, run) for run in runs]
        crash_point("accept.delivered")
        fresh = [run for run, answer in zip(runs, answers, strict=True) if answer.fresh]
        db.insert(RUNS, [_row(run) for run in fresh])
        crash_point("accept.inserted")
    crash_point("accept.committed")
    return answers


def _deliver(db: Connection, run: NewRun) -> Accepted:
    if run.delivery is None:
        return Accepted(run.id, fresh=True)
    scope, key, fingerprint = run.delivery
    now = db.time(run.created_at)
    db.run(
        "DELETE FROM runtime_delivery WHERE scope = %s AND key = %s AND expires_at < %s",
        (db.id(scope), key, now),
    )
    inserted = db.count(
        "INSERT INTO runtime_delivery (scope, key, fingerprint, run_id, expires_at) "
        "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (scope, key) DO NOTHING",
        (
            db.id(scope),
            key,
            fingerprint,
            db.id(run.id),
            db.time(run.created_at + DELIVERY_SECONDS),
        ),
    )
    if inserted:
        return Accepted(run.id, fresh=True)
    before, known = db.run(
        "SELECT run_id, fingerprint FROM runtime_delivery WHERE scope = %s AND key = %s",
        (db.id(scope), key),
    )[0]
    return Accepted(db.uuid(before) or run.id, fresh=False, conflict=known != fingerprint)


def _row(run: NewRun) -> dict[str, object]:
    return {
        "id": str(run.id),
        "workspace_id": str(run.workspace_id),
        "flow_id": str(run.flow_id) if run.flow_id else None,
        "version": run.version,
        "snapshot_id": str(run.snapshot_id),
        "mode": run.mode,
        "status": "queued",
        "priority": run.priority,
        "trigger_key": run.trigger_key,
        "trigger_kind": run.trigger_kind,
        "input": orjson.dumps([item.dump() for item in run.items]),
        "partial_errors": 0,
        "epoch": 0,
        "crashes": 0,
        "crash_progress": 0,
        "isolated": False,
        "seq": 0,
        "parent_run_id": str(run.parent_run_id) if run.parent_run_id else None,
        "reply_to": run.reply_to,
        "cancel_requested": False,
        "created_at": moment(run.created_at),
        "deadline_at": moment(run.created_at + run.deadline_seconds),
    }
