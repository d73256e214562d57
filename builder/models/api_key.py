"""What an API key is called, and what it may take."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

from runtime.models.ids import uuid7


class ApiKey(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token = models.OneToOneField(AuthToken, on_delete=models.CASCADE, related_name="named")
    user_id = models.IntegerField()  # the token's, for names that are there once a person
    name = models.CharField(_("name"), max_length=150)
    calls_a_day = models.PositiveIntegerField(_("calls a day"), null=True, blank=True)
    money_a_month = models.BigIntegerField(null=True)  # billionths
    # Counted by `use_api_key` in one statement, so that no two calls share the last place.
    used_on = models.DateField(null=True)  # the day in UTC
    used = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.UniqueConstraint(fields=["user_id", "name"], name="api_key_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
