"""Runs that happened long ago, written straight into the tables."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from runtime.retention import FOREVER, House
from runtime.store.batch import PAYLOAD_MARK
from runtime.store.dialect import Binary
from runtime.store.tables import ATTEMPTS, LOGS, PAYLOADS, RUNS, STEPS, moment
from runtime.worker.pruner import Pruned, Pruning
from tests.support.stand import WORKSPACE, Stand

DAY = 86_400.0
KEEP_ALL = House(FOREVER, FOREVER, FOREVER)


def id_at(seconds: float) -> UUID:
    """A uuid7 as it would have been made then."""
    return UUID(int=(int(seconds * 1000) << 80) | 7 << 76 | 2 << 62 | secrets.randbits(60))


def past_runs(
    stand: Stand,
    count: int = 1,
    *,
    days: float,
    status: str = "succeeded",
    steps: int = 2,
    snapshot: UUID | None = None,
    payload: str | None = None,
    **extra: Any,
) -> list[UUID]:
    """Runs that ended so many days ago; `payload` is the hash their last steps refer to."""
    ended = time.time() - days * DAY
    ids = [id_at(ended - 60) for _ in range(count)]
    common = {
        "workspace_id": str(WORKSPACE), "flow_id": None, "version": None,
        "snapshot_id": str(snapshot or UUID(int=1)), "mode": "live", "status": status,
        "priority": 0, "slot": None, "slot_limit": None, "trigger_key": "start",
        "trigger_kind": "manual", "input": "[]", "partial_errors": 0, "epoch": 1, "crashes": 0,
        "crash_progress": 0, "isolated": False, "seq": steps * 3, "parent_run_id": None,
        "again_of": None, "again": None, "replays": None, "response": None,
        "reply_to": None, "cancel_requested": False, "created_at": moment(ended - 60),
        "deadline_at": moment(ended + 3600),
        **{k: str(v) if isinstance(v, UUID) else v for k, v in extra.items()},
    }  # fmt: skip
    db = stand.db
    with db.transaction():
        db.insert(RUNS, [{**common, "id": str(run)} for run in ids])
        for run in ids:
            _journal(stand, run, steps, ended, payload)
        if status in ("succeeded", "failed", "cancelled", "timed_out"):
            match, values = db.ids(ids)
            db.run(
                f"UPDATE runtime_run SET finished_at = %s WHERE id {match}",  # noqa: S608
                (db.time(ended), *values),
            )
    return ids


def _journal(stand: Stand, run: UUID, steps: int, ended: float, payload: str | None) -> None:
    reference = (PAYLOAD_MARK.decode() + payload + '"}') if payload else None
    at = moment(ended)
    place = {"run_id": str(run), "iteration": "", "item": -1, "number": 1}
    stand.db.insert(
        STEPS,
        [
            {
                **dict.fromkeys(("origins", "taken", "why", "error")),
                **place, "node": f"n{number}", "seq": number, "status": "succeeded", "attempts": 1,
                "items_in": 1, "items_out": "{}", "item_errors": 0,
                "output": reference if number == steps - 1 and reference else '{"out":[]}',
                "started_at": at, "finished_at": at,
            }
            for number in range(steps)
        ],
    )  # fmt: skip
    stand.db.insert(
        ATTEMPTS,
        [
            {
                **dict.fromkeys(("params", "output", "error", "why", "usage", "next_at")),
                **place, "node": f"n{number}", "seq": number, "status": "succeeded",
                "started_at": at, "finished_at": at,
            }
            for number in range(steps)
        ],
    )  # fmt: skip
    stand.db.insert(
        LOGS,
        [
            {
                **place, "node": f"n{number}", "seq": number, "level": "info",
                "message": "It went well.", "data": None, "at": at,
            }
            for number in range(steps)
        ],
    )  # fmt: skip


def past_payload(stand: Stand, digest: str, workspace: UUID = WORKSPACE) -> str:
    """A large value under this hash; returns the hash."""
    row = {
        "workspace_id": str(workspace), "sha256": digest, "data": Binary(b"large"), "size": 5,
        "created_at": moment(time.time()),
    }  # fmt: skip
    with stand.db.transaction():
        stand.db.insert(PAYLOADS, [row])
    return digest


def prune(stand: Stand, house: House = KEEP_ALL) -> Pruned:
    """One pass of a fresh pruner."""
    return Pruning(house, lambda _: False).run(stand.db)


def left(stand: Stand) -> set[UUID]:
    """The runs that are still there."""
    rows: Sequence[Any] = stand.db.run("SELECT id FROM runtime_run")
    return {run for row in rows if (run := stand.db.uuid(row[0])) is not None}


def orphans(stand: Stand) -> dict[str, int]:
    """Rows whose run is gone, by table; none may ever be left."""
    counted = {
        table: int(
            stand.one(
                f"SELECT count(*) FROM runtime_{table} t WHERE NOT EXISTS "  # noqa: S608
                "(SELECT 1 FROM runtime_run r WHERE r.id = t.run_id)"
            )
        )
        for table in ("step", "attempt", "logline", "wait")
    }
    return {table: count for table, count in counted.items() if count}
