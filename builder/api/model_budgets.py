"""`/api/budgets/`: what models may cost before a person is asked."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.services.model_budgets import delete_budget, save_budget, shown
from runtime.api.base import ScopedView
from runtime.models import BudgetPeriod, BudgetScope, BudgetUnit, ModelBudget
from runtime.services.model_costs import budget_states


class BudgetSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    scope = serializers.ChoiceField(choices=BudgetScope.values)
    target = serializers.UUIDField(allow_null=True)
    period = serializers.ChoiceField(choices=BudgetPeriod.values)
    unit = serializers.ChoiceField(choices=BudgetUnit.values)
    amount = serializers.FloatField()
    more = serializers.FloatField()
    active = serializers.BooleanField()
    used = serializers.FloatField(allow_null=True)


class BudgetListSchema(serializers.Serializer[object]):
    results = BudgetSchema(many=True)


class SaveBudgetSchema(serializers.Serializer[object]):
    name = serializers.CharField(max_length=120)
    scope = serializers.ChoiceField(choices=BudgetScope.values, default="workspace")
    target = serializers.UUIDField(required=False, allow_null=True)
    period = serializers.ChoiceField(choices=BudgetPeriod.values, default="month")
    unit = serializers.ChoiceField(choices=BudgetUnit.values, default="money")
    amount = serializers.DecimalField(14, 6, min_value=0)
    more = serializers.DecimalField(14, 6, min_value=0, required=False, allow_null=True)
    active = serializers.BooleanField(default=True)


class BudgetChangeSchema(SaveBudgetSchema):
    name = serializers.CharField(max_length=120, required=False)
    scope = serializers.ChoiceField(choices=BudgetScope.values, required=False)
    period = serializers.ChoiceField(choices=BudgetPeriod.values, required=False)
    unit = serializers.ChoiceField(choices=BudgetUnit.values, required=False)
    amount = serializers.DecimalField(14, 6, min_value=0, required=False)
    active = serializers.BooleanField(required=False)


class BudgetsView(ScopedView):
    permissions = {"GET": "runtime.view_modelbudget", "POST": "runtime.add_modelbudget"}

    @extend_schema(operation_id="budgets_list", responses=BudgetListSchema)
    def get(self, request: Request) -> Response:
        """Return the workspace's budgets."""
        rows = ModelBudget.objects.filter(workspace_id=self.workspace())
        return Response({"results": [budget_json(row) for row in rows]})

    @extend_schema(request=SaveBudgetSchema, responses={201: BudgetSchema})
    def post(self, request: Request) -> Response:
        """Add a budget."""
        budget = ModelBudget(workspace_id=self.workspace())
        values = _values(checked(SaveBudgetSchema, request))
        made = save_budget(budget, values, actor=request.user)
        return Response(budget_json(made), status=status.HTTP_201_CREATED)


class BudgetView(ScopedView):
    permissions = {
        "GET": "runtime.view_modelbudget",
        "PATCH": "runtime.change_modelbudget",
        "DELETE": "runtime.delete_modelbudget",
    }

    @extend_schema(responses=BudgetSchema)
    def get(self, request: Request, budget_id: UUID) -> Response:
        """Return one budget."""
        return Response(budget_json(self.find(ModelBudget.objects.all(), id=budget_id)))

    @extend_schema(request=BudgetChangeSchema, responses=BudgetSchema)
    def patch(self, request: Request, budget_id: UUID) -> Response:
        """Change a budget."""
        budget = self.find(ModelBudget.objects.all(), id=budget_id)
        values = _values(checked(BudgetChangeSchema, request))
        return Response(budget_json(save_budget(budget, values, actor=request.user)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, budget_id: UUID) -> Response:
        """Delete a budget."""
        delete_budget(self.find(ModelBudget.objects.all(), id=budget_id), actor=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def budget_json(row: ModelBudget) -> dict[str, Any]:
    """Return a budget as the API shows it; `used` in the period that is now."""
    state = budget_states(row)
    return {
        "id": str(row.id),
        "name": row.name,
        "scope": row.scope,
        "target": str(row.target_id) if row.target_id else None,
        "period": row.period,
        "unit": row.unit,
        "amount": float(shown(row.unit, row.amount)),
        "more": float(shown(row.unit, row.more)),
        "active": row.active,
        "used": float(shown(row.unit, state.used)) if state else None,
    }


def _values(values: dict[str, Any]) -> dict[str, Any]:
    if "target" in values:
        values["target_id"] = values.pop("target")
    return values
