"""A time at which a live flow starts by itself. Workers look here; drafts have no rows."""

from django.db import models

from runtime.models.ids import uuid7
from runtime.sdk.schedules import Missed


class Schedule(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    flow_id = models.UUIDField()
    node_id = models.CharField(max_length=64)  # stays when the step is renamed
    node = models.CharField(max_length=120)  # the trigger's key
    snapshot_id = models.UUIDField()
    version = models.IntegerField(null=True)
    live = models.BooleanField(default=True)  # the flow's switch
    timetable = models.TextField()  # JSON: {lines, minutes}
    zone = models.CharField(max_length=64)  # a name; the server's own was put in at publishing
    words = models.CharField(max_length=300)  # the timetable as a person says it
    missed = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Missed])
    next_at = models.DateTimeField(null=True)  # null: never again
    last_at = models.DateTimeField(null=True)  # the latest time that was dealt with
    note = models.CharField(max_length=300, default="", blank=True)  # what was left out, and why
    settings = models.TextField()  # JSON: deadline, limits

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flow_id", "node_id"], name="schedule_once")]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="schedule_due",
                condition=models.Q(live=True, next_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words} ({self.zone})"
