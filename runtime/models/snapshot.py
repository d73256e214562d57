"""An immutable graph, found by the hash of its content. Every run points to one."""

from django.db import models
from django.db.models.functions import Now

from runtime.models.ids import uuid7


class Snapshot(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    document = models.TextField()  # canonical JSON, format segue.flow/1
    created_at = models.DateTimeField(auto_now_add=True)
    # Kept while a version of a flow is this graph; others go when no run is left that used them.
    published = models.BooleanField(db_default=False)
    used_at = models.DateTimeField(db_default=Now())  # last asked for, within the hour

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "sha256"], name="snapshot_once")
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
