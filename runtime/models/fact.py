"""Facts that flows remember about a person or a topic, found again by what they mean."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from runtime.models.ids import uuid7


class Fact(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    about = models.CharField(_("about"), max_length=200)
    text = models.TextField(_("fact"))
    digest = models.CharField(max_length=64)  # of model and text: the same is kept once
    model = models.CharField(max_length=200)  # vectors of other models cannot be compared
    vector = models.BinaryField()  # float32
    told_at = models.DateTimeField(_("told"))  # when it was last told
    expires_at = models.DateTimeField(_("forgotten"), null=True)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["-told_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "about", "digest"], name="fact_once")
        ]
        indexes = [
            models.Index(fields=["workspace_id", "about", "told_at"], name="fact_newest"),
            models.Index(
                fields=["expires_at"],
                name="fact_expires",
                condition=models.Q(expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
