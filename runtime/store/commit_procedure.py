"""PostgreSQL's group commit as one procedure of the session.

A commit is eight statements. Sent one by one, each is a round trip, and each answer finds the
interpreter's lock taken by whatever computes meanwhile: measured with 16 callers, a commit took
three times as long as its statements. Here the session learns the procedure when it first commits;
it lives in the session's own schema, so it is always the one this code was written with.
"""

from __future__ import annotations

from collections.abc import Callable

from runtime.store.dialect import RunUpdate, Table
from runtime.store.leftovers import LEFTOVERS
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

_INSERTS = {
    "payloads": PAYLOADS,
    "steps": STEPS,
    "attempts": ATTEMPTS,
    "logs": LOGS,
    "waits": WAITS,
}
_UPDATES = {"advances": ADVANCE, "runnings": SAY_RUNNING, "parkings": PARK, "ends": END}
PIECES = (*_INSERTS, *_UPDATES)  # of a batch, in the order of the parameters
CALL_COMMIT = f"SELECT pg_temp.segue_commit(%s, %s, %s, {', '.join(['%s'] * len(PIECES))})"

# Parameters have names no column has. The worker's row is locked before anything is looked at:
# whoever declares it dead holds that lock from before until it has taken the runs away. The runs
# are locked in the order of their ids, as everybody does who changes runs and their waits: so none
# waits for another that waits for him, and whoever answers a wait sees its run waiting, or is seen.
_FRAME = """
CREATE FUNCTION pg_temp.segue_commit(
    p_worker uuid, p_runs uuid[], p_epochs integer[], {parameters}
) RETURNS uuid[] LANGUAGE plpgsql AS $procedure$
DECLARE
    p_mine uuid[];
    p_unhappy uuid[];
BEGIN
    PERFORM 1 FROM runtime_worker WHERE id = p_worker AND NOT dead FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(array_agg(locked.id), ARRAY[]::uuid[]) INTO p_mine
    FROM (
        SELECT r.id FROM unnest(p_runs, p_epochs) AS held(id, epoch)
        JOIN runtime_run r ON r.id = held.id AND r.epoch = held.epoch
        WHERE r.owner_id = p_worker AND r.id = ANY(p_runs)
        ORDER BY r.id FOR UPDATE OF r
    ) AS locked;
    IF cardinality(p_mine) < cardinality(p_runs) THEN
        RETURN p_mine;
    END IF;
    {statements}
    SELECT array_agg((said ->> 'id')::uuid) INTO p_unhappy
    FROM json_array_elements(p_ends) AS said WHERE said ->> 'status' <> 'succeeded';
    IF p_unhappy IS NOT NULL THEN
        {leftovers};
    END IF;
    RETURN p_mine;
END
$procedure$
"""
_PIECE = """
    IF p_{piece} IS NOT NULL THEN
        {statement};
    END IF;
"""


def create_commit(insert: Callable[[Table], str], update: Callable[[RunUpdate], str]) -> str:
    """The statement that makes the procedure, from the statements for each table and update."""
    statements = [
        _PIECE.format(piece=name, statement=_filled(insert(table), f"p_{name}"))
        for name, table in _INSERTS.items()
    ]
    for name, change in _UPDATES.items():
        said = _filled(update(change), f"p_{name}", "p_worker", "p_runs")
        statements.append(_PIECE.format(piece=name, statement=said))
    leftovers = ";\n        ".join(s.replace("{match}", "= ANY(p_unhappy)") for s in LEFTOVERS)
    parameters = ", ".join(f"p_{name} json" for name in PIECES)
    return _FRAME.format(parameters=parameters, statements="".join(statements), leftovers=leftovers)


def _filled(sql: str, *values: str) -> str:
    """A statement with names in its places."""
    for value in values:
        sql = sql.replace("%s", value, 1)
    return sql
