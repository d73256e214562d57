"""What a person edits: one draft, any number of published versions, a live switch."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from builder.models.scoped import ScopedQuerySet
from builder.models.workspace import Workspace
from runtime.models.ids import uuid7


def empty_graph() -> dict[str, Any]:
    """Return the document of a flow without steps."""
    return {
        "format": "segue.flow/1",
        "nodes": [],
        "edges": [],
        "notes": [],
        "groups": [],
        "settings": {},
    }


class Flow(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="flows")
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True, default="")

    # Changed only by save_draft, which checks the revision in the same statement.
    draft = models.JSONField(_("draft"), default=empty_graph)
    draft_revision = models.PositiveIntegerField(_("draft revision"), default=1)
    draft_updated_at = models.DateTimeField(_("draft changed"), auto_now_add=True)
    draft_updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    draft_changes = models.PositiveIntegerField(_("changes not published"), default=0)

    live = models.BooleanField(_("live"), default=False)
    live_version = models.PositiveIntegerField(_("live version"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ScopedQuerySet["Flow"].as_manager()

    class Meta:
        verbose_name = _("flow")
        verbose_name_plural = _("flows")
        ordering = ["-updated_at", "-id"]
        indexes = [models.Index(fields=["workspace", "-updated_at"], name="flow_recent")]

    def __str__(self) -> str:
        return self.name
