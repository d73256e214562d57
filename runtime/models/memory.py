"""Single values that flows remember, and what was already done for the sake of a step."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemoryEntry(models.Model):
    workspace_id = models.UUIDField()
    scope = models.CharField(max_length=36)  # a flow's id; empty: all flows of the workspace
    name = models.CharField(_("name"), max_length=200)
    value = models.TextField()  # JSON
    expires_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "scope", "name"], name="memory_once")
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="memory_expires",
                condition=models.Q(expires_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Deed(models.Model):
    """What a step did to a table or to memory; a repeated try finds it here and does nothing."""

    digest = models.CharField(primary_key=True, max_length=64)
    result = models.TextField()  # JSON
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.digest
