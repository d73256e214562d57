"""`python -m tests.benchmarks.past SNAPSHOT RUNS`: gives a database runs that are over."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import django

AT_ONCE = 2_000
WORKSPACE, FLOW = UUID(int=11), UUID(int=12)
STEPS = ("call", "order", "greet", "reply", "answer")
OUTPUT = b'{"out":[{"json":{"id":7,"name":"Ada","text":"Hello Ada, order 7 is on its way"}}]}'
PARAMS = b'{"body":{"said":"HELLO ADA, ORDER 7 IS ON ITS WAY"}}'


def main() -> None:
    """Write them as the journal would."""
    django.setup()
    from runtime.services.engine_connection import engine_connection
    from runtime.store.tables import ATTEMPTS, RUNS
    from runtime.store.tables import STEPS as STEP_ROWS

    snapshot, left = UUID(sys.argv[1]), int(sys.argv[2])
    with engine_connection() as db:
        while left > 0:
            runs = list(_runs(snapshot, min(left, AT_ONCE)))
            with db.transaction():
                db.insert(RUNS, runs)
                db.insert(STEP_ROWS, [row for run in runs for row in _steps(run)])
                db.insert(ATTEMPTS, [row for run in runs for row in _tries(run)])
                db.run(
                    "UPDATE runtime_run SET finished_at = created_at, started_at = created_at "
                    "WHERE flow_id = %s AND finished_at IS NULL",
                    (db.id(FLOW),),
                )
            left -= AT_ONCE


def _runs(snapshot: UUID, count: int) -> Iterator[dict[str, Any]]:
    from runtime.models.ids import uuid7
    from runtime.store.tables import moment

    then = moment(time.time() - 3600)
    for _ in range(count):
        yield {
            "id": str(uuid7()),
            "workspace_id": str(WORKSPACE),
            "flow_id": str(FLOW),
            "version": 1,
            "snapshot_id": str(snapshot),
            "mode": "live",
            "status": "succeeded",
            "priority": 0,
            "slot": None,
            "slot_limit": None,
            "trigger_key": "call",
            "trigger_kind": "webhook",
            "input": b"[]",
            "partial_errors": 0,
            "epoch": 1,
            "crashes": 0,
            "crash_progress": 0,
            "isolated": False,
            "seq": 12,
            "cancel_requested": False,
            "created_at": then,
            "deadline_at": then,
        }


def _steps(run: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number, key in enumerate(STEPS):
        yield {
            "run_id": run["id"],
            "node": key,
            "iteration": "",
            "seq": 2 * number + 2,
            "status": "succeeded",
            "attempts": 1,
            "items_in": 1,
            "items_out": b'{"out":1}',
            "item_errors": 0,
            "output": OUTPUT,
            "origins": b'{"out":"="}',
            "started_at": run["created_at"],
            "finished_at": run["created_at"],
        }


def _tries(run: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number, key in enumerate(STEPS):
        yield {
            "run_id": run["id"],
            "node": key,
            "iteration": "",
            "item": 0,
            "number": 1,
            "seq": 2 * number + 1,
            "status": "succeeded",
            "params": PARAMS,
            "started_at": run["created_at"],
            "finished_at": run["created_at"],
        }


if __name__ == "__main__":
    main()
