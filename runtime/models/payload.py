"""Large values, stored once per workspace by their hash; rows refer to them by that hash."""

from django.db import models


class Payload(models.Model):
    pk = models.CompositePrimaryKey("workspace_id", "sha256")
    workspace_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    size = models.IntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:12]
