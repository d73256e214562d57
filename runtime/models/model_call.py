"""Calls of models: who waits for a place, who has one, and what each one took in the end.

Only `runtime.store.model_calls` writes these rows.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CallStatus(models.TextChoices):
    WAITING = "waiting", _("Waits for a place")
    GRANTED = "granted", _("Has a place")  # and has not begun yet
    CALLING = "calling", _("Under way")
    SETTLED = "settled", _("Over")


OPEN = (CallStatus.WAITING, CallStatus.GRANTED, CallStatus.CALLING)


class ModelCall(models.Model):
    # Made of what asks (run, step, round, item, try, part) and of the model: asked twice, it is
    # still the same call.
    id = models.UUIDField(primary_key=True)
    workspace_id = models.UUIDField()
    profile_id = models.UUIDField()
    profile_name = models.CharField(max_length=120)
    model = models.CharField(max_length=200)
    run_id = models.UUIDField()
    flow_id = models.UUIDField(null=True)
    # As the run says: kept here, for runs are dropped sooner than what they cost.
    started_by = models.IntegerField(null=True)
    started_key = models.CharField(max_length=150, null=True)
    trigger_kind = models.CharField(max_length=32, null=True)
    node = models.CharField(max_length=120)
    iteration = models.CharField(max_length=400, default="", blank=True)
    item = models.IntegerField()
    number = models.IntegerField()  # the try
    part = models.IntegerField(default=0)
    question = models.CharField(max_length=64, default="", blank=True)  # the same for the same one

    status = models.CharField(max_length=8, choices=CallStatus.choices)
    turn = models.BigIntegerField()  # runs take turns: the lowest comes next
    asked_at = models.DateTimeField()
    granted_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)  # nobody holds a place for longer
    worker_id = models.UUIDField(null=True)
    why = models.TextField(default="", blank=True)  # what it waits for, in words
    holds = models.TextField(default="[]")  # JSON: what is reserved, [[budget use, amount]]

    # The most it may take, until it is over; then what it took. Money in billionths.
    requests = models.IntegerField()
    tokens = models.BigIntegerField()
    cost = models.BigIntegerField()
    tokens_in = models.BigIntegerField(default=0)
    tokens_out = models.BigIntegerField(default=0)
    saved = models.BigIntegerField(default=0)  # what an answer from memory would have cost
    milliseconds = models.IntegerField(default=0)
    outcome = models.CharField(max_length=16, default="", blank=True)  # ok, memory, a class, lost
    reply = models.TextField(null=True)  # JSON: kept where a try asks several questions
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # SQLite takes a partial index only where a question repeats its condition word by word.
            models.Index(
                fields=["workspace_id", "profile_id", "turn", "asked_at", "id"],
                name="model_call_waiting",
                condition=models.Q(status="waiting"),
            ),
            models.Index(
                fields=["workspace_id", "profile_id", "run_id", "turn"],
                name="model_call_under_way",
                condition=models.Q(status__in=["waiting", "granted", "calling"]),
            ),
            models.Index(fields=["profile_id", "granted_at"], name="model_call_lately"),
            models.Index(fields=["run_id"], name="model_call_of_run"),
            models.Index(fields=["workspace_id", "settled_at"], name="model_call_by_day"),
            models.Index(
                fields=["started_by", "started_key", "asked_at"],
                name="model_call_of_key",
                condition=models.Q(started_key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile_name} {self.node}"


class ModelDesk(models.Model):
    """One row a workspace: whoever gives out places in it holds this row."""

    workspace_id = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return str(self.workspace_id)


class ModelQueue(models.Model):
    """How a model's queue stands, and its limits as whoever asked last knew them (0: none)."""

    profile_id = models.UUIDField(primary_key=True)
    workspace_id = models.UUIDField()
    name = models.CharField(max_length=120)
    turn = models.BigIntegerField(default=0)  # of the last one that got a place
    calls_a_minute = models.IntegerField(default=0)
    tokens_a_minute = models.BigIntegerField(default=0)
    at_once = models.IntegerField(default=0)
    cooling_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
