"""What is left of the budgets of one workspace, inside the transaction that gives out places.

Whoever calls holds the workspace's desk (`runtime.store.model_calls`), so that nobody else reads or
changes what is used at the same moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from runtime.store.dialect import Connection

BILLION = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """One that is in force. `amount` and `more` are calls, or billionths of money."""

    id: UUID
    name: str
    scope: str
    target: UUID | None
    period: str
    unit: str
    amount: int
    more: int

    def counts(self, flow: UUID | None, profile: UUID) -> bool:
        """Whether calls of this flow and model count."""
        if self.scope == "model":
            return self.target == profile
        return self.scope != "flow" or (flow is not None and self.target == flow)

    def need(self, requests: int, cost: int) -> int:
        """What a call takes of it."""
        return requests if self.unit == "calls" else cost

    def period_at(self, run: UUID, now: float) -> str:
        """The name of the period that is now."""
        if self.scope == "run":
            return str(run)
        if self.period == "ever":
            return "ever"
        return datetime.fromtimestamp(now, UTC).strftime(
            "%Y-%m-%d" if self.period == "day" else "%Y-%m"
        )


@dataclass(slots=True)
class Use:
    """How much of a budget is used in one period."""

    id: UUID
    budget: Budget
    used: int
    reserved: int
    extra: int
    asked_call: UUID | None
    refused_at: float | None

    @property
    def most(self) -> int:
        """What may be used, with all that people allowed on top."""
        return self.budget.amount + self.extra

    def has(self, need: int) -> bool:
        """Whether so much more fits."""
        return self.used + self.reserved + need <= self.most


@dataclass(slots=True)
class Budgets:
    """All that are in force in a workspace; uses are read when first asked for."""

    db: Connection
    all: Sequence[Budget]
    _uses: dict[tuple[UUID, str], Use] = field(default_factory=dict)

    @classmethod
    def of(cls, db: Connection, workspace: UUID) -> Budgets:
        """Those of a workspace."""
        rows = db.run(
            "SELECT id, name, scope, target_id, period, unit, amount, more FROM "
            "runtime_modelbudget WHERE workspace_id = %s AND active ORDER BY id",
            (db.id(workspace),),
        )
        found = [Budget(_id(db, row[0]), row[1], row[2], db.uuid(row[3]), *row[4:]) for row in rows]
        return cls(db, found)

    def needed(
        self, flow: UUID | None, profile: UUID, run: UUID, requests: int, cost: int
    ) -> Iterator[tuple[Use, int]]:
        """The budgets that a call takes from, and how much; none for what is free."""
        now = self.db.now()
        for budget in self.all:
            need = budget.need(requests, cost)
            if need and budget.counts(flow, profile):
                yield self._use(budget, budget.period_at(run, now)), need

    def reserve(self, taken: Sequence[tuple[Use, int]]) -> list[list[Any]]:
        """Set so much aside; returns what `settle` gives back."""
        for use, need in taken:
            use.reserved += need
            self.db.run(
                "UPDATE runtime_budgetuse SET reserved = reserved + %s WHERE id = %s",
                (need, self.db.id(use.id)),
            )
        return [[str(use.id), use.budget.unit, need] for use, need in taken]

    def _use(self, budget: Budget, period: str) -> Use:
        found = self._uses.get((budget.id, period))
        if found is None:
            found = self._uses[(budget.id, period)] = self._read(budget, period)
        return found

    def _read(self, budget: Budget, period: str) -> Use:
        db = self.db
        rows = self._rows(budget, period)
        if not rows:
            db.run(
                "INSERT INTO runtime_budgetuse (id, budget_id, period, used, reserved, extra) "
                "VALUES (%s, %s, %s, 0, 0, 0)",
                (db.id(uuid5(budget.id, period)), db.id(budget.id), period),
            )
            rows = self._rows(budget, period)
        use, used, reserved, extra, asked, refused = rows[0]
        return Use(_id(db, use), budget, used, reserved, extra, db.uuid(asked), db.seconds(refused))

    def _rows(self, budget: Budget, period: str) -> list[tuple[Any, ...]]:
        return self.db.run(
            # Whoever is gone, or has its place by now, asks no longer.
            "SELECT id, used, reserved, extra, CASE WHEN EXISTS (SELECT 1 FROM runtime_modelcall c "
            "WHERE c.id = asked_call AND c.status = 'waiting') THEN asked_call END, refused_at "
            "FROM runtime_budgetuse WHERE budget_id = %s AND period = %s",
            (self.db.id(budget.id), period),
        )


def give_back(db: Connection, holds: Sequence[Sequence[Any]], requests: int, cost: int) -> None:
    """Turn what was set aside into what was used."""
    for use, unit, held in holds:
        db.run(
            "UPDATE runtime_budgetuse SET reserved = reserved - %s, used = used + %s WHERE id = %s",
            (held, requests if unit == "calls" else cost, db.id(UUID(use))),
        )


def ask_for(db: Connection, use: Use, call: UUID) -> None:
    """A person is asked on behalf of this call; nobody else asks meanwhile."""
    use.asked_call = call
    db.run(
        "UPDATE runtime_budgetuse SET asked_call = %s WHERE id = %s", (db.id(call), db.id(use.id))
    )


def answer(db: Connection, use: UUID, *, allowed: bool) -> bool:
    """A person said yes or no, once; call it in the transaction that keeps the answer."""
    if allowed:
        return bool(
            db.count(
                "UPDATE runtime_budgetuse SET asked_call = NULL, extra = extra + (SELECT b.more "
                "FROM runtime_modelbudget b WHERE b.id = budget_id) "
                "WHERE id = %s AND asked_call IS NOT NULL",
                (db.id(use),),
            )
        )
    return bool(
        db.count(
            "UPDATE runtime_budgetuse SET asked_call = NULL, refused_at = %s "
            "WHERE id = %s AND asked_call IS NOT NULL",
            (db.time(db.now()), db.id(use)),
        )
    )


def forget_asker(db: Connection, calls: Sequence[UUID]) -> None:
    """These calls wait no longer: nobody is asked on their behalf."""
    match, values = db.ids(calls)
    db.run(f"UPDATE runtime_budgetuse SET asked_call = NULL WHERE asked_call {match}", values)


def _id(db: Connection, value: Any) -> UUID:
    found = db.uuid(value)
    if found is None:
        raise ValueError("a row without an id")
    return found
