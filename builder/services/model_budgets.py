"""Budgets for models: set by admins, kept by the workers."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from builder.models import Flow, ModelProfile
from builder.services.audit import record
from builder.services.refusals import NotPossibleError
from runtime.models import BudgetScope, BudgetUnit, ModelBudget
from runtime.services.notices import Person

BILLION = 1_000_000_000


def save_budget(
    budget: ModelBudget, values: dict[str, Any], *, actor: Person | None
) -> ModelBudget:
    """Store a new or changed budget; raises NotPossibleError with the first complaint.

    `amount` and `more` are given in money or calls, `target_id` names a flow or a model.
    """
    values = dict(values)
    amounts = {name: values.pop(name) for name in ("amount", "more") if name in values}
    old_unit = budget.unit
    for name, value in values.items():
        setattr(budget, name, value)
    if budget.unit != old_unit and "amount" not in amounts and not budget._state.adding:
        raise NotPossibleError(_("Say how much it is in the new unit."))
    if "amount" in amounts and amounts["amount"] is not None:
        budget.amount = stored(budget.unit, amounts["amount"])
    if amounts.get("more"):
        budget.more = stored(budget.unit, amounts["more"])
    elif budget.more is None or "amount" in amounts:
        budget.more = max(budget.amount // 2, 1)
    _check(budget)
    with transaction.atomic():
        action = "budget_added" if budget._state.adding else "budget_changed"
        budget.save()
        record(action, actor=actor, target=budget)
    return budget


def delete_budget(budget: ModelBudget, *, actor: Person | None) -> None:
    """Delete a budget: from now on it holds nothing up."""
    with transaction.atomic():
        record("budget_deleted", actor=actor, target=budget)
        budget.delete()


def stored(unit: str, amount: Decimal) -> int:
    """Calls as they are, money in billionths."""
    return int(amount) if unit == BudgetUnit.CALLS else int(amount * BILLION)


def shown(unit: str, amount: int) -> Decimal:
    """The other way."""
    return Decimal(amount) if unit == BudgetUnit.CALLS else Decimal(amount) / BILLION


def _check(budget: ModelBudget) -> None:
    if not budget.name.strip():
        raise NotPossibleError(_("Give the budget a name: it is shown to who has to decide."))
    if budget.amount < 0:
        raise NotPossibleError(_("A budget cannot be less than nothing."))
    if budget.scope in (BudgetScope.RUN, BudgetScope.WORKSPACE):
        budget.target_id = None
        return
    rows: Any = Flow.objects if budget.scope == BudgetScope.FLOW else ModelProfile.objects
    found = rows.in_workspace(budget.workspace_id).filter(id=budget.target_id)
    if budget.target_id is None or not found.exists():
        raise NotPossibleError(_("Choose the flow or the model that the budget is for."))
