"""Places at models: who may ask now, in what order, and what it took; for all workers together.

A call is first `ask`ed for, which gives it a place or says what it waits for, and `settle`d when it
is over. Everything happens under one lock a workspace (the row of its *desk*), so that limits and
budgets hold whatever workers do, and each change of a call's status happens once.

Runs take turns: a call's turn is one after its run's last one at that model, and no earlier than
the turn that came last there. So a thousand items of one run do not keep a single one waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from runtime.store.dialect import Connection
from runtime.store.model_budgets import ask_for, forget_asker, give_back
from runtime.store.model_grants import Granting, Outlook
from runtime.store.model_queue import begin, queue


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits of a model; 0: none."""

    name: str
    calls_a_minute: int = 0
    tokens_a_minute: int = 0
    at_once: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A question to a model, with the most it may take. `cost` in billionths."""

    id: UUID
    workspace: UUID
    profile: UUID
    model: str
    run: UUID
    node: str
    iteration: str
    item: int
    number: int
    part: int
    requests: int
    tokens: int
    cost: int
    lasts: float  # seconds it may take
    has_stand_in: bool = False
    question: str = ""  # the same for the same question to the same model


@dataclass(frozen=True, slots=True)
class Spent:
    """What a call took. `outcome`: ok, memory, or the class of its failure."""

    outcome: str
    model: str
    requests: int
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0
    milliseconds: int = 0
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Go:
    """It has its place."""


@dataclass(frozen=True, slots=True)
class Over:
    """This very call was made before; its reply where it was kept."""

    outcome: str
    reply: str | None


@dataclass(frozen=True, slots=True)
class Cooling:
    """The service asked to be left alone, and another can be asked instead."""


@dataclass(frozen=True, slots=True)
class Queued:
    """It waits; `due` is when to look again at the latest (None: it is woken)."""

    why: str
    due: float | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class Used:
    """A budget is used up: a person is to be asked for `more`, or (`refused`) said no."""

    use: UUID
    budget: str
    unit: str
    used: int
    more: int
    refused: bool


Verdict = Go | Over | Cooling | Queued | Used


def ask(db: Connection, call: Call, terms: Terms, worker: UUID | None) -> Verdict:
    """Give the call its place, or say what it waits for."""
    with db.transaction():
        hold_desk(db, call.workspace)
        return ask_all(db, [(call, terms)], worker)[0]


def ask_all(
    db: Connection, asked: Sequence[tuple[Call, Terms]], worker: UUID | None
) -> list[Verdict]:
    """As `ask`, for many calls of one workspace, whose desk the open transaction holds.

    Together they cost about as many statements as one alone.
    """
    known = _states(db, [call.id for call, _ in asked])
    over = {id for id, state in known.items() if state[0] == "settled"}
    wanted = {call.id: (call, terms) for call, terms in asked if call.id not in over}
    for call, terms in {call.profile: (call, terms) for call, terms in wanted.values()}.values():
        _note_terms(db, call, terms)
    queue(db, [call for call, _ in wanted.values() if call.id not in known])
    outlooks: dict[UUID, Outlook] = {}
    granting = Granting(db, asked[0][0].workspace)
    for profile in dict.fromkeys(call.profile for call, _ in wanted.values()):
        outlooks |= granting.give_out(profile)
    begin(db, [call for call, _ in wanted.values() if call.id not in outlooks], worker)
    there = _states(db, [id for id in wanted if id not in outlooks])
    verdicts: list[Verdict] = []
    for call, terms in asked:
        if call.id in over:
            verdicts.append(Over(str(known[call.id][1]), known[call.id][2]))
            continue
        waits = there.get(call.id, ("",))[0] == "waiting"  # too far behind to be looked at
        fresh = call.id not in known
        outlook = outlooks.get(call.id)
        if outlook is not None and call.has_stand_in and outlook.cooling:
            _leave(db, [call.id])
            verdicts.append(Cooling())
        elif outlook is not None:
            verdicts.append(_waits(db, call, outlook, fresh))
        elif waits:
            why = f"Waits for a place at “{terms.name}”."
            verdicts.append(Queued(why, db.now() + 5, fresh))
        else:
            verdicts.append(Go())
    return verdicts


def _waits(db: Connection, call: Call, outlook: Outlook, fresh: bool) -> Verdict:
    use = outlook.use
    if use is None or (use.asked_call not in (None, call.id)) or outlook.others_hold:
        return Queued(outlook.why, outlook.due, fresh)
    used = Used(use.id, use.budget.name, use.budget.unit, use.used, use.budget.more, False)
    if use.refused_at is not None and use.refused_at >= outlook.asked_at:
        _leave(db, [call.id])
        return Used(used.use, used.budget, used.unit, used.used, used.more, True)
    ask_for(db, use, call.id)
    return used


def settle(db: Connection, workspace: UUID, call: UUID, spent: Spent, cool: float = 0.0) -> bool:
    """Say what it took, once; `cool`: for so many seconds nobody is to ask this model."""
    with db.transaction():
        hold_desk(db, workspace)
        return settle_within(db, call, spent, cool)


def settle_within(db: Connection, call: UUID, spent: Spent, cool: float = 0.0) -> bool:
    """See `settle`; in a transaction that is open and holds the workspace's desk."""
    rows = db.run(
        "SELECT holds, profile_id FROM runtime_modelcall "
        "WHERE id = %s AND status IN ('granted', 'calling')",
        (db.id(call),),
    )
    if not rows:
        return False
    now = db.now()
    give_back(db, orjson.loads(rows[0][0]), spent.requests, spent.cost)
    db.run(
        "UPDATE runtime_modelcall SET status = 'settled', outcome = %s, model = %s, "
        "requests = %s, tokens = %s, tokens_in = %s, tokens_out = %s, cost = %s, "
        "milliseconds = %s, reply = %s, settled_at = %s, holds = '[]' WHERE id = %s",
        (
            spent.outcome,
            spent.model[:200],
            spent.requests,
            spent.tokens_in + spent.tokens_out,
            spent.tokens_in,
            spent.tokens_out,
            spent.cost,
            spent.milliseconds,
            spent.reply,
            db.time(now),
            db.id(call),
        ),
    )
    if cool > 0:
        db.run(
            "UPDATE runtime_modelqueue SET cooling_until = %s WHERE profile_id = %s AND "
            "(cooling_until IS NULL OR cooling_until < %s)",
            (db.time(now + cool), rows[0][1], db.time(now + cool)),
        )
    return True


def remembered(db: Connection, call: Call, model: str, saved: int) -> None:
    """An answer came from memory: nothing was asked, and so much was saved."""
    with db.transaction():
        remembered_within(db, call, model, saved)


def remembered_within(db: Connection, call: Call, model: str, saved: int) -> None:
    """See `remembered`; in a transaction that is open."""
    if not _states(db, [call.id]):
        queue(db, [call])
    now = db.time(db.now())
    db.run(
        "UPDATE runtime_modelcall SET status = 'settled', outcome = 'memory', model = %s, "
        "requests = 0, tokens = 0, cost = 0, saved = %s, settled_at = %s "
        "WHERE id = %s AND status = 'waiting'",
        (model[:200], saved, now, db.id(call.id)),
    )


def hold_desk(db: Connection, workspace: UUID) -> None:
    """Until the transaction ends nobody else gives out places in this workspace."""
    if db.for_update:
        db.run(
            "INSERT INTO runtime_modeldesk (workspace_id) VALUES (%s) ON CONFLICT DO NOTHING",
            (db.id(workspace),),
        )
        db.run(
            f"SELECT 1 FROM runtime_modeldesk WHERE workspace_id = %s {db.for_update}",
            (db.id(workspace),),
        )


def leave(db: Connection, workspace: UUID, calls: Sequence[UUID]) -> None:
    """These wait no longer."""
    with db.transaction():
        hold_desk(db, workspace)
        _leave(db, calls)


def _leave(db: Connection, calls: Sequence[UUID]) -> None:
    match, values = db.ids(calls)
    db.run(f"DELETE FROM runtime_modelcall WHERE status = 'waiting' AND id {match}", values)
    forget_asker(db, calls)


def _states(db: Connection, calls: Sequence[UUID]) -> dict[UUID, tuple[Any, ...]]:
    """Status, outcome and reply of those that are known."""
    if not calls:
        return {}
    match, values = db.ids(calls)
    sql = f"SELECT id, status, outcome, reply FROM runtime_modelcall WHERE id {match}"
    return {id: row[1:] for row in db.run(sql, values) if (id := db.uuid(row[0])) is not None}


def _note_terms(db: Connection, call: Call, terms: Terms) -> None:
    db.run(
        "INSERT INTO runtime_modelqueue (profile_id, workspace_id, name, turn, calls_a_minute, "
        "tokens_a_minute, at_once) VALUES (%s, %s, %s, 0, %s, %s, %s) ON CONFLICT (profile_id) "
        "DO UPDATE SET name = excluded.name, calls_a_minute = excluded.calls_a_minute, "
        "tokens_a_minute = excluded.tokens_a_minute, at_once = excluded.at_once",
        (
            db.id(call.profile),
            db.id(call.workspace),
            terms.name[:120],
            terms.calls_a_minute,
            terms.tokens_a_minute,
            terms.at_once,
        ),
    )
