"""Which outside event became which run: the same event again gets the same run."""

from django.db import models


class Delivery(models.Model):
    pk = models.CompositePrimaryKey("scope", "key")
    scope = models.UUIDField()  # the route (or the schedule) the event came in by
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # sha256 of the body
    run_id = models.UUIDField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="delivery_expiry")]

    def __str__(self) -> str:
        return self.key
