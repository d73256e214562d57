"""Gives the places of a model to those who wait, in turn, as far as limits and budgets allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from runtime.store.dialect import Connection
from runtime.store.model_budgets import Budgets, Use

MINUTE = 60.0
AT_ONCE = 200  # waiting calls that one look goes through
_GUESSED_SECONDS = 2.0  # a call takes, where nothing better is known
_TAKE_WITHIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """Why a call waits, and until when at the latest; `use`: the budget that has not enough left.

    `others_hold`: calls under way hold more of it than they may need in the end.
    """

    why: str
    due: float | None
    asked_at: float
    cooling: bool = False
    use: Use | None = None
    others_hold: bool = False


@dataclass(slots=True)
class _Room:
    """What a model's limits leave right now."""

    name: str
    calls_a_minute: int
    tokens_a_minute: int
    at_once: int
    cooling_until: float
    requests: int
    tokens: int
    under_way: int
    oldest: float
    minute: float

    def lacks(self, requests: int, tokens: int, now: float) -> str | None:
        """What keeps a call waiting, in words."""
        if self.cooling_until > now:
            return f"“{self.name}” asked to be left alone for a moment"
        if self.at_once and self.under_way >= self.at_once:
            return f"a place at “{self.name}”: {_calls(self.at_once)} at once"
        # What alone is more than a limit gets its place when nobody else had one lately.
        too_many = self.requests + requests > self.calls_a_minute and self.requests
        if self.calls_a_minute and too_many:
            return f"a place at “{self.name}”: {_calls(self.calls_a_minute)} a minute"
        if self.tokens_a_minute and self.tokens + tokens > self.tokens_a_minute and self.requests:
            return f"a place at “{self.name}”: {self.tokens_a_minute:,} tokens a minute"
        return None

    def due(self, position: int, now: float) -> float:
        """About when the call at this position of the queue gets its place."""
        soon = [now + 0.5, self.cooling_until]
        if self.at_once:
            soon.append(now + _GUESSED_SECONDS * (1 + position // self.at_once))
        if self.calls_a_minute:
            rounds = position // self.calls_a_minute
            soon.append((self.oldest or now) + self.minute * (1 + rounds))
        elif self.tokens_a_minute:
            soon.append((self.oldest or now) + self.minute)
        return max(soon)

    def take(self, requests: int, tokens: int, now: float) -> None:
        """One more has a place."""
        self.requests += requests
        self.tokens += tokens
        self.under_way += 1
        self.oldest = self.oldest or now


@dataclass(slots=True)
class Granting:
    """For one workspace, whose desk the caller holds."""

    db: Connection
    workspace: UUID
    minute: float = field(default_factory=lambda: MINUTE)
    _budgets: Budgets | None = None

    def give_out(self, profile: UUID) -> dict[UUID, Outlook]:
        """Give what there is to those in front; returns why the others wait."""
        db, now = self.db, self.db.now()
        room: _Room | None = None
        waiting = db.run(
            "SELECT id, run_id, flow_id, requests, tokens, cost, turn, asked_at "
            "FROM runtime_modelcall WHERE workspace_id = %s AND profile_id = %s "
            f"AND status = 'waiting' ORDER BY turn, asked_at, id LIMIT {AT_ONCE:d}",
            (db.id(self.workspace), db.id(profile)),
        )
        outlooks: dict[UUID, Outlook] = {}
        granted: dict[str, list[UUID]] = {}  # by what is set aside for them
        last = 0
        for position, (raw, run, flow, requests, tokens, cost, turn, asked) in enumerate(waiting):
            room = room or self._room(profile, now)
            call, asked_at = _id(db, raw), db.seconds(asked) or now
            why = room.lacks(requests, tokens, now)
            if why is not None:
                cooling = room.cooling_until > now
                due = room.due(position, now)
                outlooks[call] = Outlook(f"Waits for {why}.", due, asked_at, cooling)
                continue
            needed = list(self.budgets.needed(db.uuid(flow), profile, _id(db, run), requests, cost))
            short = next((both for both in needed if not both[0].has(both[1])), None)
            if short is not None:
                outlooks[call] = _short(short[0], short[1], asked_at)
                continue
            granted.setdefault(self._held(needed), []).append(call)
            last = max(last, turn)
            room.take(requests, tokens, now)
        self._grant(granted, profile, last, now)
        return outlooks

    @property
    def budgets(self) -> Budgets:
        """Read when first needed."""
        if self._budgets is None:
            self._budgets = Budgets.of(self.db, self.workspace)
        return self._budgets

    def _held(self, needed: Sequence[tuple[Use, int]]) -> str:
        return orjson.dumps(self.budgets.reserve(needed)).decode()

    def _grant(
        self, granted: Mapping[str, Sequence[UUID]], profile: UUID, last: int, now: float
    ) -> None:
        db = self.db
        for holds, calls in granted.items():
            match, values = db.ids(calls)
            db.run(
                "UPDATE runtime_modelcall SET status = 'granted', granted_at = %s, until = %s, "
                f"holds = %s WHERE id {match}",
                (db.time(now), db.time(now + _TAKE_WITHIN_SECONDS), holds, *values),
            )
        if granted:
            db.run(
                "UPDATE runtime_modelqueue SET turn = %s WHERE profile_id = %s AND turn < %s",
                (last, db.id(profile), last),
            )

    def _room(self, profile: UUID, now: float) -> _Room:
        db = self.db
        terms = db.run(
            "SELECT name, calls_a_minute, tokens_a_minute, at_once, cooling_until "
            "FROM runtime_modelqueue WHERE profile_id = %s",
            (db.id(profile),),
        )[0]
        requests = tokens = under_way = 0
        oldest = 0.0
        if terms[1] or terms[2]:
            requests, tokens, first = db.run(
                "SELECT COALESCE(SUM(requests), 0), COALESCE(SUM(tokens), 0), MIN(granted_at) "
                "FROM runtime_modelcall WHERE profile_id = %s AND granted_at > %s",
                (db.id(profile), db.time(now - self.minute)),
            )[0]
            oldest = db.seconds(first) or 0.0
        if terms[3]:
            under_way = db.run(
                "SELECT count(*) FROM runtime_modelcall WHERE workspace_id = %s "
                "AND profile_id = %s AND status IN ('waiting', 'granted', 'calling') "
                "AND status <> 'waiting'",
                (db.id(self.workspace), db.id(profile)),
            )[0][0]
        return _Room(
            str(terms[0]),
            int(terms[1]),
            int(terms[2]),
            int(terms[3]),
            db.seconds(terms[4]) or 0.0,
            int(requests),
            int(tokens),
            int(under_way),
            oldest,
            self.minute,
        )


def _short(use: Use, need: int, asked_at: float) -> Outlook:
    name = use.budget.name
    if use.reserved and use.used + need <= use.most:
        why = f"Waits until calls under way show what they take of the budget “{name}”."
        return Outlook(why, None, asked_at, use=use, others_hold=True)
    return Outlook(
        f"Waits until somebody decides about the budget “{name}”, which is used up.",
        None,
        asked_at,
        use=use,
    )


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count:,} calls"


def _id(db: Connection, value: Any) -> UUID:
    found = db.uuid(value)
    if found is None:
        raise ValueError("a row without an id")
    return found
