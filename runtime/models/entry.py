"""How other flows start a flow: looked up when they do, so it is never stale."""

from django.db import models

from runtime.models.ids import uuid7


class Entry(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    flow_id = models.UUIDField()
    flow_name = models.CharField(max_length=200, default="")
    kind = models.CharField(max_length=16)  # the trigger's kind: called, failure
    mode = models.CharField(max_length=8)  # RunMode: live or test
    live = models.BooleanField(default=True)  # the flow's switch
    snapshot_id = models.UUIDField()
    version = models.IntegerField(null=True)
    node = models.CharField(max_length=120)  # the trigger's key
    settings = models.TextField()  # JSON: deadline, limits, the trigger's own settings

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flow_id", "kind", "mode"], name="entry_once")
        ]
        indexes = [models.Index(fields=["kind", "workspace_id"], name="entry_of_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.flow_name}"


class PinnedCall(models.Model):
    """Which version of another flow a published version calls: the one that was live then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    caller_id = models.UUIDField()
    caller_version = models.IntegerField()
    flow_id = models.UUIDField()
    snapshot_id = models.UUIDField()
    version = models.IntegerField(null=True)
    node = models.CharField(max_length=120)  # the trigger's key in that version

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller_id", "caller_version", "flow_id"], name="pinned_call_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.caller_id} v{self.caller_version} calls v{self.version}"
