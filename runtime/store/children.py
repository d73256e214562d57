"""Runs that were called by other runs: which are over, and which nobody waits for any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from runtime.store.dialect import Connection
from runtime.store.payloads import load_payload

_OVER = "('succeeded', 'failed', 'timed_out', 'cancelled')"
_NOT_OVER = "('queued', 'running', 'waiting')"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class EndedChild:
    """A run that is over, and the wait it ends."""

    wait: UUID
    caller: UUID
    outcome: dict[str, Any]


def stop_orphans(db: Connection) -> int:
    """Ask runs to stop whose caller waited for them, and failed or was stopped."""
    orphans = (
        f"trigger_kind = 'called' AND status IN {_NOT_OVER} AND NOT cancel_requested "
        "AND parent_run_id IN (SELECT p.id FROM runtime_run p "
        "WHERE p.status IN ('failed', 'timed_out', 'cancelled'))"
    )
    if not db.run(
        f"SELECT 1 FROM runtime_run WHERE parent_run_id IS NOT NULL AND {orphans} LIMIT 1"
    ):
        return 0
    with db.transaction():
        return db.count(
            "UPDATE runtime_run SET cancel_requested = %s, cancelled_by = %s "
            f"WHERE parent_run_id IS NOT NULL AND {orphans}",
            (True, "the flow that called it"),
        )


def ended_children(db: Connection, ended: Sequence[UUID] | None) -> list[EndedChild]:
    """Runs that are over (these ones, or any) and whose callers still wait for them."""
    only, values = "", list[Any]()
    if ended is not None:
        match, values = db.ids(ended)
        only = f" AND c.id {match}"
    rows = db.run(
        # The wait of number 0 may be answered before its step parks; this kind never is.
        "SELECT w.id, w.run_id, c.id, c.workspace_id, c.status, c.output, c.reason "
        f"FROM runtime_wait w JOIN runtime_run c ON c.id = "
        # The tokens of other waits are no ids, and the database may look at them first.
        f"CASE WHEN w.kind = 'child' THEN {db.text_as_id.format('w.token')} END "
        "WHERE w.kind = 'child' AND w.status = 'open' AND w.number > 0 "
        f"AND c.status IN {_OVER}{only} LIMIT {AT_ONCE:d}",
        values,
    )
    return [_read(db, row) for row in rows]


def _read(db: Connection, row: Sequence[Any]) -> EndedChild:
    wait, caller, run, workspace, status, output, reason = row
    text = load_payload(db, _id(db, workspace), output)
    outcome = {
        "run": str(_id(db, run)),
        "status": status,
        "output": orjson.loads(text) if text else None,
        "reason": reason,
    }
    return EndedChild(_id(db, wait), _id(db, caller), outcome)


def _id(db: Connection, value: Any) -> UUID:
    found = db.uuid(value)
    if found is None:
        raise ValueError("a row without an id")
    return found
