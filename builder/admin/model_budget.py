"""Budgets: what models may cost before a person is asked."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from builder.models import Flow, ModelProfile
from builder.services.model_budgets import delete_budget, save_budget, shown
from builder.services.refusals import Refusal
from runtime.admin.base import ScopedAdmin, here
from runtime.admin.column import column
from runtime.models import BudgetScope, ModelBudget
from runtime.services.model_costs import budget_states, money


class ModelBudgetForm(forms.ModelForm):  # type: ignore[type-arg]
    flow = forms.ChoiceField(label=_("Flow"), required=False, widget=UnfoldAdminSelectWidget)
    model = forms.ChoiceField(label=_("Model"), required=False, widget=UnfoldAdminSelectWidget)
    amount = forms.DecimalField(
        label=_("How much"),
        min_value=0,
        max_digits=14,
        decimal_places=6,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=_("Calls, or money in the currency of your models' prices."),
    )
    more = forms.DecimalField(
        label=_("How much more to ask for"),
        min_value=0,
        max_digits=14,
        decimal_places=6,
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=_("When it is used up an admin is asked to allow so much more. Empty: half."),
    )

    class Meta:
        model = ModelBudget
        fields = ("name", "scope", "unit", "period", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        if not row._state.adding:
            self.initial["amount"] = shown(row.unit, row.amount).normalize()
            self.initial["more"] = shown(row.unit, row.more).normalize()
            chosen = "flow" if row.scope == BudgetScope.FLOW else "model"
            self.initial[chosen] = str(row.target_id or "")

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        names = ("name", "scope", "unit", "period", "active", "amount", "more")
        flow, model = given.get("flow"), given.get("model")
        target = flow if given.get("scope") == BudgetScope.FLOW else model
        return {
            **{name: given[name] for name in names if name in given},
            "target_id": target or None,
        }

    def clean(self) -> dict[str, Any]:
        """Refuse what a single box cannot know."""
        super().clean()
        values = self.cleaned_data
        for name in ("flow", "model"):
            if values.get("scope") == name and not values.get(name):
                self.add_error(name, _("Choose which one."))
        if values.get("unit") == "calls" and values.get("amount", Decimal(0)) % 1:
            self.add_error("amount", _("Calls come in whole numbers."))
        return values


@admin.register(ModelBudget)
class ModelBudgetAdmin(ScopedAdmin):
    access_name = "runtime.modelbudget"
    form = ModelBudgetForm
    list_display = ("name", "what_for", "limit", "used", "active")
    empty_title = _("No budgets yet")
    empty_text = _("Say what models may cost. When it is used up, runs wait and an admin is asked.")
    empty_icon = "savings"
    conditional_fields = {
        "flow": "scope == 'flow'",
        "model": "scope == 'model'",
        "period": "scope != 'run'",
    }
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "scope",
                    "flow",
                    "model",
                    "unit",
                    ("amount", "more"),
                    "period",
                    "active",
                )
            },
        ),
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        """Offer the workspace's flows and models by name."""
        made: type[Any] = super().get_form(request, obj, change, **kwargs)
        workspace_id = here(request)
        for name, rows in (("flow", Flow.objects), ("model", ModelProfile.objects)):
            if name in made.base_fields and workspace_id is not None:
                found = rows.in_workspace(workspace_id).values_list("id", "name")
                choices = [("", "–"), *((str(id_), text) for id_, text in found)]
                made.base_fields[name].choices = choices
        return made

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store by the service."""
        if not change:
            obj.workspace_id = here(request)
        try:
            save_budget(obj, form.values(), actor=request.user)
        except Refusal as refusal:
            self.message_user(request, str(refusal), "error")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete by the service, which writes the audit log."""
        delete_budget(obj, actor=request.user)

    @column(description=_("For"))
    def what_for(self, row: ModelBudget) -> str:
        """Show what it is for, by name."""
        if row.target_id is None:
            return row.get_scope_display()
        rows: Any = Flow.objects if row.scope == BudgetScope.FLOW else ModelProfile.objects
        named = rows.filter(id=row.target_id).values_list("name", flat=True).first()
        return f"{row.get_scope_display()}: {named or '–'}"

    @column(description=_("Limit"))
    def limit(self, row: ModelBudget) -> str:
        """Show how much it is, and for how long."""
        amount = money(row.amount) if row.unit == "money" else str(row.amount)
        unit = "" if row.unit == "money" else f" {_('calls')}"
        period = "" if row.scope == BudgetScope.RUN else f" {row.get_period_display()}"
        return f"{amount}{unit}{period}"

    @column(description=_("Used now"))
    def used(self, row: ModelBudget) -> str:
        """Show how much of it is used in the period that is now."""
        state = budget_states(row)
        if state is None:
            return "–"
        return money(state.used) if row.unit == "money" else str(state.used)
