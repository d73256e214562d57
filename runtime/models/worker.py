"""A worker incarnation and its lease. A dead row fences whatever that worker still tries."""

from django.db import models


class Worker(models.Model):
    id = models.UUIDField(primary_key=True, editable=False)
    lock_key = models.BigIntegerField(default=0)  # PostgreSQL advisory lock held while it lives
    lease_until = models.DateTimeField()
    draining = models.BooleanField(null=True)  # stops in order: claims nothing any more
    dead = models.BooleanField(default=False)
    host = models.CharField(max_length=200)
    pid = models.IntegerField()
    version = models.CharField(max_length=40, default="")
    alone_with = models.UUIDField(null=True)  # a worker started only for one suspected run
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
