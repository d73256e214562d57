"""Which runs refer to which files; the bytes lie in `runtime.filing`."""

from django.db import models


class FileUse(models.Model):
    pk = models.CompositePrimaryKey("run_id", "sha256")
    run = models.ForeignKey(
        "runtime.Run", on_delete=models.CASCADE, related_name="file_uses", db_index=False
    )
    workspace_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()  # bytes
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace_id", "sha256"], name="file_use_of_file")]

    def __str__(self) -> str:
        return self.sha256[:12]
