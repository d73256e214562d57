"""Which questions to people have something to tell: that they are asked, wait for long, go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from runtime.store.dialect import Connection

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Telling:
    """An open question. `told` are the stages that people heard of; moments are Unix times."""

    id: UUID
    run: UUID
    workspace: UUID
    told: Sequence[str]
    details: dict[str, Any]
    asked_at: float
    due_at: float | None


def questions_to_tell(db: Connection, now: float) -> list[Telling]:
    """New questions, and those whose time to tell more has come."""
    rows = db.run(
        "SELECT w.id, w.run_id, r.workspace_id, w.told, w.details, w.created_at, w.due_at "
        "FROM runtime_wait w JOIN runtime_run r ON r.id = w.run_id "
        "WHERE w.kind = 'approval' AND w.status = 'open' AND (w.told IS NULL OR w.tell_at <= %s) "
        "AND (w.due_at IS NULL OR w.due_at > %s) AND NOT r.cancel_requested "
        f"ORDER BY w.created_at LIMIT {AT_ONCE:d}",
        (db.time(now), db.time(now)),
    )
    found = []
    for raw, raw_run, raw_workspace, told, details, asked, due in rows:
        wait, run, workspace = db.uuid(raw), db.uuid(raw_run), db.uuid(raw_workspace)
        if wait is None or run is None or workspace is None:
            continue
        stages = [stage for stage in (told or "").split(",") if stage]
        said = orjson.loads(details) if details else {}
        at = db.seconds(asked) or now
        found.append(Telling(wait, run, workspace, stages, said, at, db.seconds(due)))
    return found


def note_told_of(db: Connection, wait: UUID, told: Sequence[str], next_at: float | None) -> None:
    """Write down what people heard, and when there is more."""
    with db.statement():
        db.run(
            "UPDATE runtime_wait SET told = %s, tell_at = %s WHERE id = %s",
            (",".join(told), db.time(next_at), db.id(wait)),
        )
