"""What a run did: steps, their attempts, and log lines. Each row carries the run's `seq`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from runtime.models.payload import reference_index


class StepStatus(models.TextChoices):
    PENDING = "pending", _("Not started")
    RUNNING = "running", _("Running")
    WAITING = "waiting", _("Waiting")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Skipped")
    CANCELLED = "cancelled", _("Cancelled")


class AttemptStatus(models.TextChoices):
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    TIMED_OUT = "timed_out", _("Timed out")
    LOST = "lost", _("We do not know whether this happened")
    CANCELLED = "cancelled", _("Cancelled")


class LogLevel(models.TextChoices):
    DEBUG = "debug", _("Detail")
    INFO = "info", _("Info")
    WARNING = "warning", _("Warning")
    ERROR = "error", _("Error")


class Step(models.Model):
    pk = models.CompositePrimaryKey("run_id", "node", "iteration")
    run = models.ForeignKey(
        "runtime.Run", on_delete=models.CASCADE, related_name="steps", db_index=False
    )
    node = models.CharField(max_length=120)  # the node's key in the run's snapshot
    iteration = models.CharField(max_length=400, default="", blank=True)  # "repeat:3/inner:0"
    seq = models.IntegerField()
    status = models.CharField(max_length=12, choices=StepStatus.choices)
    attempts = models.IntegerField(default=0)
    items_in = models.IntegerField(default=0)
    items_out = models.TextField(default="{}")  # JSON: {port: count}
    item_errors = models.IntegerField(default=0)
    output = models.TextField(null=True)  # JSON: {port: [item]}; dead ports are absent
    origins = models.TextField(null=True)  # JSON: {port: origins}; see engine.lineage
    taken = models.TextField(null=True)  # JSON: what a join or a router chose, for replay and why
    why = models.TextField(null=True)
    error = models.TextField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [reference_index("step_payload")]

    def __str__(self) -> str:
        return f"{self.node} {self.iteration}".strip()


class Attempt(models.Model):
    pk = models.CompositePrimaryKey("run_id", "node", "iteration", "item", "number")
    run = models.ForeignKey(
        "runtime.Run", on_delete=models.CASCADE, related_name="attempts", db_index=False
    )
    node = models.CharField(max_length=120)
    iteration = models.CharField(max_length=400, default="", blank=True)
    item = models.IntegerField(default=-1)  # -1: the whole batch
    number = models.IntegerField(default=1)
    seq = models.IntegerField()
    status = models.CharField(max_length=12, choices=AttemptStatus.choices)
    params = models.TextField(null=True)  # JSON, redacted; frozen with the first attempt
    output = models.TextField(null=True)  # JSON: {port: [item]} of this item
    error = models.TextField(null=True)
    why = models.TextField(null=True)
    usage = models.TextField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)  # when the next attempt is due

    class Meta:
        indexes = [reference_index("attempt_payload")]

    def __str__(self) -> str:
        return f"{self.node}[{self.item}] #{self.number}"


class LogLine(models.Model):
    pk = models.CompositePrimaryKey("run_id", "seq")
    run = models.ForeignKey(
        "runtime.Run", on_delete=models.CASCADE, related_name="logs", db_index=False
    )
    seq = models.IntegerField()
    node = models.CharField(max_length=120)
    iteration = models.CharField(max_length=400, default="", blank=True)
    item = models.IntegerField(default=-1)
    number = models.IntegerField(default=1)
    level = models.CharField(max_length=8, choices=LogLevel.choices)
    message = models.TextField()
    data = models.TextField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.message
