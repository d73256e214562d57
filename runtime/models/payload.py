"""Large values, stored once per workspace by their hash; rows refer to them by that hash."""

from django.db import models
from django.db.models.lookups import Exact

MARK = '{"$payload":"'  # how an output begins that is a reference
IS_REFERENCE = models.Q(
    Exact(
        models.Func(
            models.F("output"),
            models.Value(1),
            models.Value(len(MARK)),
            function="substr",
            output_field=models.TextField(),
        ),
        models.Value(MARK),
    )
)


def reference_index(name: str) -> models.Index:
    """Finds the rows that refer to a payload; only those are in it."""
    return models.Index(fields=["output"], name=name, condition=IS_REFERENCE)


class Payload(models.Model):
    pk = models.CompositePrimaryKey("workspace_id", "sha256")
    workspace_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    size = models.IntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:12]
