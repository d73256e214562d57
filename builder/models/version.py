"""A published snapshot of a flow, with number, author and note. Never changed once written."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from builder.models.flow import Flow
from runtime.models.ids import uuid7


class FlowVersion(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    # A plain id: the snapshot is a run-time row, which outlives the flow while runs point to it.
    snapshot_id = models.UUIDField()
    draft_revision = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    published_at = models.DateTimeField(_("published"), auto_now_add=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["flow", "number"], name="version_number_once"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
