"""Data that a person laid down as the result of a step of a draft.

Beside the draft and never inside it: so it is not published, not exported and not copied.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from builder.models.flow import Flow
from runtime.models.ids import uuid7


class Pin(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="pins")
    node = models.CharField(max_length=64)  # the node's id: it stays when the step is renamed
    outputs = models.JSONField(default=dict)  # {port: [stored item]}
    run_id = models.UUIDField(null=True)  # the run the data is from; null: it was written by hand
    edited = models.BooleanField(default=False)  # changed by hand since
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("pinned data")
        verbose_name_plural = _("pinned data")
        constraints = [models.UniqueConstraint(fields=["flow", "node"], name="pin_once")]

    def __str__(self) -> str:
        return self.node
