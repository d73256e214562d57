"""What models may cost: budgets that people set, and how much of each is used."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from runtime.models.ids import uuid7


class BudgetScope(models.TextChoices):
    RUN = "run", _("Each single run")
    FLOW = "flow", _("One flow")
    WORKSPACE = "workspace", _("The whole workspace")
    MODEL = "model", _("One model")


class BudgetPeriod(models.TextChoices):
    DAY = "day", _("a day")
    MONTH = "month", _("a month")
    EVER = "ever", _("altogether")


class BudgetUnit(models.TextChoices):
    MONEY = "money", _("Money, by the prices of your models")
    CALLS = "calls", _("Calls")


class ModelBudget(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    name = models.CharField(_("name"), max_length=120)
    scope = models.CharField(
        _("for"), max_length=12, choices=BudgetScope.choices, default=BudgetScope.WORKSPACE
    )
    target_id = models.UUIDField(_("which one"), null=True, blank=True)  # a flow or a model
    period = models.CharField(
        _("per"), max_length=8, choices=BudgetPeriod.choices, default=BudgetPeriod.MONTH
    )
    unit = models.CharField(
        _("counted in"), max_length=8, choices=BudgetUnit.choices, default=BudgetUnit.MONEY
    )
    amount = models.BigIntegerField()  # calls, or billionths of the money unit
    more = models.BigIntegerField()  # how much more a person is asked for when it is used up
    active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["workspace_id"], name="model_budget_of")]

    def __str__(self) -> str:
        return self.name


class BudgetUse(models.Model):
    """How much of a budget is used in one period (a day, a month, a run)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    budget = models.ForeignKey(ModelBudget, on_delete=models.CASCADE, related_name="uses")
    period = models.CharField(max_length=40)  # "2026-11-28", "2026-11", "ever", a run's id
    used = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    extra = models.BigIntegerField(default=0)  # what people allowed on top
    asked_call = models.UUIDField(null=True)  # the call on whose behalf a person is asked
    refused_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["budget", "period"], name="budget_use_once"),
        ]

    def __str__(self) -> str:
        return self.period
