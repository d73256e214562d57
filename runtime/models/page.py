"""A public page on which people start a flow; looked up at every call, so it is never stale."""

from django.db import models

from runtime.models.ids import uuid7


class Page(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    flow_id = models.UUIDField()
    flow_name = models.CharField(max_length=200, default="")
    kind = models.CharField(max_length=16)  # the trigger's kind: form
    mode = models.CharField(max_length=8)  # RunMode: live or test
    live = models.BooleanField(default=True)  # the flow's switch
    path = models.CharField(max_length=200)
    snapshot_id = models.UUIDField()
    version = models.IntegerField(null=True)
    node = models.CharField(max_length=120)  # the trigger's key
    settings = models.TextField()  # JSON: deadline, limits, the trigger's own settings

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "mode", "path"], name="page_path_once")
        ]
        indexes = [models.Index(fields=["flow_id"], name="page_of_flow")]

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"
