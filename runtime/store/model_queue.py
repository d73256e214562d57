"""Puts calls into the queue of their model, and marks those that begin; many by few statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from runtime.store.dialect import Connection

TAKE_WITHIN_SECONDS = 60.0  # a place that nobody takes goes to the next
_ROWS = 45  # in one statement: SQLite takes no more than some hundred values


class Asked(Protocol):
    """A call as `runtime.store.model_calls.Call` has it."""

    @property
    def id(self) -> UUID: ...
    @property
    def workspace(self) -> UUID: ...
    @property
    def profile(self) -> UUID: ...
    @property
    def model(self) -> str: ...
    @property
    def run(self) -> UUID: ...
    @property
    def node(self) -> str: ...
    @property
    def iteration(self) -> str: ...
    @property
    def item(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def part(self) -> int: ...
    @property
    def requests(self) -> int: ...
    @property
    def tokens(self) -> int: ...
    @property
    def cost(self) -> int: ...
    @property
    def lasts(self) -> float: ...
    @property
    def question(self) -> str: ...


_COLUMNS = (
    "id, workspace_id, profile_id, profile_name, model, run_id, flow_id, started_by, started_key, "
    "trigger_kind, node, iteration, item, number, part, question, status, turn, asked_at, why, "
    "holds, requests, tokens, cost, tokens_in, tokens_out, saved, milliseconds, outcome"
)
_PLACES = (
    "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'waiting', %s, %s, '', "
    "'[]', %s, %s, %s, 0, 0, 0, 0, '')"
)


def queue(db: Connection, calls: Sequence[Asked]) -> None:
    """Each waits at the end of its run's line, in place of an earlier try of the same item."""
    for call in calls:
        if call.number > 1:
            _drop_earlier(db, call)
    queues = {profile: _queue(db, profile) for profile in {call.profile for call in calls}}
    turns = _turns(db, calls)
    abouts = _abouts(db, calls)
    now = db.time(db.now())
    rows: list[tuple[Any, ...]] = []
    for call in calls:
        name, last = queues[call.profile]
        turn = max(last, turns.get((call.profile, call.run), 0) + 1)
        turns[call.profile, call.run] = turn
        rows.append(
            (
                db.id(call.id),
                db.id(call.workspace),
                db.id(call.profile),
                name,
                call.model[:200],
                db.id(call.run),
                *abouts.get(call.run, (None, None, None, None)),
                call.node,
                call.iteration,
                call.item,
                call.number,
                call.part,
                call.question,
                turn,
                now,
                call.requests,
                call.tokens,
                call.cost,
            )
        )
    for at in range(0, len(rows), _ROWS):
        some = rows[at : at + _ROWS]
        db.run(
            f"INSERT INTO runtime_modelcall ({_COLUMNS}) VALUES {', '.join([_PLACES] * len(some))}",
            [value for row in some for value in row],
        )


def begin(db: Connection, calls: Sequence[Asked], worker: UUID | None) -> None:
    """Those that have their place are under way from now on."""
    by_patience: dict[float, list[UUID]] = {}
    for call in calls:
        by_patience.setdefault(call.lasts, []).append(call.id)
    for lasts, ids in by_patience.items():
        match, values = db.ids(ids)
        until = db.time(db.now() + 2 * lasts + TAKE_WITHIN_SECONDS)
        db.run(
            "UPDATE runtime_modelcall SET status = 'calling', worker_id = %s, until = %s "
            f"WHERE status = 'granted' AND id {match}",
            (db.id(worker), until, *values),
        )


def _drop_earlier(db: Connection, call: Asked) -> None:
    db.run(
        "DELETE FROM runtime_modelcall WHERE run_id = %s AND node = %s AND iteration = %s "
        "AND item = %s AND number < %s AND status = 'waiting'",
        (db.id(call.run), call.node, call.iteration, call.item, call.number),
    )


def _queue(db: Connection, profile: UUID) -> tuple[str, int]:
    found = db.run(
        "SELECT name, turn FROM runtime_modelqueue WHERE profile_id = %s", (db.id(profile),)
    )
    return (str(found[0][0]), int(found[0][1])) if found else ("", 0)


def _turns(db: Connection, calls: Sequence[Asked]) -> dict[tuple[UUID, UUID], int]:
    """The last turn of each run at each model, among its calls that are not over."""
    found: dict[tuple[UUID, UUID], int] = {}
    for workspace, profile in {(call.workspace, call.profile) for call in calls}:
        match, values = db.ids([call.run for call in calls if call.profile == profile])
        rows = db.run(
            "SELECT run_id, MAX(turn) FROM runtime_modelcall WHERE workspace_id = %s AND "
            "profile_id = %s AND status IN ('waiting', 'granted', 'calling') "
            f"AND run_id {match} GROUP BY run_id",
            (db.id(workspace), db.id(profile), *values),
        )
        found |= {(profile, run): int(row[1]) for row in rows if (run := db.uuid(row[0]))}
    return found


def _abouts(db: Connection, calls: Sequence[Asked]) -> dict[UUID, tuple[Any, ...]]:
    """Of each run its flow, who started it, by which key, and what did."""
    match, values = db.ids(list({call.run for call in calls}))
    rows = db.run(
        "SELECT id, flow_id, started_by, started_key, trigger_kind FROM runtime_run "
        f"WHERE id {match}",
        values,
    )
    return {run: tuple(row[1:]) for row in rows if (run := db.uuid(row[0]))}
