"""Mailboxes whose new mails start flows."""

from django.db import models

from runtime.models.ids import uuid7


class Mailbox(models.Model):
    """One trigger of a live version. `validity` and `uid` say how far it was read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    flow_id = models.UUIDField()
    node_id = models.CharField(max_length=64)
    flow_name = models.CharField(max_length=200, default="")
    live = models.BooleanField(default=True)
    snapshot_id = models.UUIDField()
    version = models.IntegerField(null=True)
    node = models.CharField(max_length=120)
    settings = models.TextField()  # JSON: the trigger's own settings, deadline, limits
    next_at = models.DateTimeField()
    validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(default=0)
    note = models.CharField(max_length=300, default="", blank=True)  # why it could not be read

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flow_id", "node_id"], name="mailbox_of_node_once")
        ]
        indexes = [
            models.Index(fields=["next_at"], name="mailbox_due", condition=models.Q(live=True))
        ]

    def __str__(self) -> str:
        return f"{self.flow_name}: {self.node}"
