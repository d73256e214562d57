"""A person says what became of a try whose worker died in the middle."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from runtime.sdk.items import Json
from runtime.services.announce import announce
from runtime.services.engine_connection import engine_connection
from runtime.services.resolve_wait import resolve

Choice = Literal["repeat", "done", "stop"]


def resolve_outcome(
    run_id: UUID,
    key: str,
    *,
    by: str,
    choice: Choice,
    iteration: str = "",
    item: int = -1,
    output: Json = None,
) -> bool:
    """Return whether somebody was still waiting for this decision."""
    with engine_connection() as db:
        found = db.run(
            "SELECT id FROM runtime_wait WHERE run_id = %s AND node = %s AND iteration = %s "
            "AND item = %s AND kind = 'decision' AND status = 'open'",
            (db.id(run_id), key, iteration, item),
        )
        wait = db.uuid(found[0][0]) if found else None
        if wait is None:
            return False
        answer: Json = {"choice": choice, "output": output, "by": by}
        resolved = resolve(db, run_id, wait, answer)
    if resolved:
        announce([run_id])
    return resolved
