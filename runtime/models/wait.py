"""A parked step: what it waits for, until when, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from runtime.models.ids import uuid7


class WaitKind(models.TextChoices):
    TIMER = "timer", _("a moment in time")
    RETRY = "retry", _("the next try")
    CALLBACK = "callback", _("a call from outside")
    APPROVAL = "approval", _("a person")
    CHILD = "child", _("another flow")
    PLACE = "place", _("a place at its model")
    DECISION = "decision", _("a decision about an unknown outcome")


class WaitStatus(models.TextChoices):
    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")
    EXPIRED = "expired", _("Expired")
    CLOSED = "closed", _("Closed")


class Wait(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey("runtime.Run", on_delete=models.CASCADE, related_name="waits")
    node = models.CharField(max_length=120)
    iteration = models.CharField(max_length=400, default="", blank=True)
    item = models.IntegerField(default=-1)
    number = models.IntegerField(default=1)  # the try; 0: may be answered, has not parked yet
    kind = models.CharField(max_length=12, choices=WaitKind.choices)
    status = models.CharField(max_length=12, choices=WaitStatus.choices, default=WaitStatus.OPEN)
    # 256 random bits, single use; of a wait for another flow, that flow's run.
    token = models.CharField(max_length=64, null=True, unique=True)
    due_at = models.DateTimeField(null=True)
    details = models.TextField(null=True)  # JSON the node left for itself
    outcome = models.TextField(null=True)  # JSON: what resolved it
    # Of a question to people: what they said so far, and what they were told of it.
    votes = models.TextField(null=True)  # JSON: see runtime.sdk.review
    told = models.CharField(max_length=40, null=True)  # asked, reminded, escalated; null: nobody
    tell_at = models.DateTimeField(null=True)  # when there is more to tell
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="wait_due", condition=models.Q(status=WaitStatus.OPEN)
            ),
            models.Index(
                fields=["run"],
                name="wait_for_child",
                condition=models.Q(kind=WaitKind.CHILD) & models.Q(status=WaitStatus.OPEN),
            ),
            models.Index(
                fields=["due_at"],
                name="wait_for_person",
                condition=models.Q(kind=WaitKind.APPROVAL) & models.Q(status=WaitStatus.OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.node}"
