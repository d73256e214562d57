"""One execution of a snapshot. `status`, `owner` and `epoch` change only in the store's SQL."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from runtime.models.ids import uuid7


class RunStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    WAITING = "waiting", _("Waiting")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    TIMED_OUT = "timed_out", _("Timed out")
    CANCELLED = "cancelled", _("Cancelled")


class RunMode(models.TextChoices):
    TEST = "test", _("Test")
    LIVE = "live", _("Live")


class Run(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    flow_id = models.UUIDField(null=True)
    version = models.IntegerField(null=True)
    # Without a constraint in the database: to check it, every snapshot that is dropped would have
    # to search all runs. The pruner asks before it drops one.
    snapshot = models.ForeignKey(
        "runtime.Snapshot",
        on_delete=models.PROTECT,
        related_name="runs",
        db_index=False,
        db_constraint=False,
    )
    mode = models.CharField(max_length=8, choices=RunMode.choices, default=RunMode.LIVE)
    status = models.CharField(max_length=12, choices=RunStatus.choices, default=RunStatus.QUEUED)
    priority = models.SmallIntegerField(default=0)

    slot = models.CharField(max_length=32, null=True)  # runs of one slot are counted together
    slot_limit = models.IntegerField(null=True)  # how many of them may be under way at once

    trigger_key = models.CharField(max_length=120)
    trigger_kind = models.CharField(max_length=32)
    input = models.TextField()  # JSON: the trigger's items
    output = models.TextField(null=True)  # JSON: what the run returned
    response = models.TextField(null=True)  # JSON: {status, headers, body} of a Respond step
    error = models.TextField(null=True)  # JSON: {message, class, node_key, fix}
    reason = models.TextField(null=True)  # a sentence a person can read
    partial_errors = models.IntegerField(default=0)

    owner_id = models.UUIDField(null=True)  # the worker that holds it
    epoch = models.IntegerField(default=0)  # +1 at every claim: the fence of each row
    crashes = models.SmallIntegerField(default=0)  # of its worker, without progress in between
    crash_progress = models.IntegerField(default=0)  # steps finished when it last crashed
    isolated = models.BooleanField(default=False)
    seq = models.IntegerField(default=0)  # last event number of its journal

    parent_run_id = models.UUIDField(null=True)
    again_of = models.UUIDField(null=True)  # the run it repeats
    again = models.TextField(null=True)  # JSON: from where, and what was done anew (services.again)
    replays = models.UUIDField(null=True)  # whose recorded answers stand in for outside calls
    started_by = models.IntegerField(null=True)  # the person's id; null where a machine did
    started_key = models.CharField(max_length=150, null=True)  # the name of the API key used
    reply_to = models.CharField(max_length=64, null=True)
    cancel_requested = models.BooleanField(default=False)
    cancelled_by = models.CharField(max_length=150, null=True)

    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        indexes = [
            models.Index(
                fields=["priority", "id"],
                name="run_queue",
                condition=models.Q(status=RunStatus.QUEUED),
            ),
            models.Index(
                fields=["workspace_id", "flow_id", "id"],
                name="run_queue_by_flow",
                condition=models.Q(status=RunStatus.QUEUED),
            ),
            models.Index(
                fields=["slot", "priority", "id"],
                name="run_slot",
                condition=models.Q(slot__isnull=False)
                & models.Q(status__in=["queued", "running", "waiting"]),
            ),
            models.Index(
                fields=["owner_id"], name="run_owner", condition=models.Q(owner_id__isnull=False)
            ),
            models.Index(
                fields=["wake_at"],
                name="run_wake",
                condition=models.Q(status=RunStatus.WAITING),
            ),
            models.Index(
                fields=["id"],
                name="run_to_stop",
                condition=models.Q(cancel_requested=True)
                & models.Q(status__in=["queued", "waiting"]),
            ),
            models.Index(
                fields=["replays"],
                name="run_replays",
                condition=models.Q(replays__isnull=False),
            ),
            models.Index(
                fields=["parent_run_id"],
                name="run_children",
                condition=models.Q(parent_run_id__isnull=False),
            ),
            models.Index(
                fields=["finished_at"],
                name="run_failures",
                condition=models.Q(status__in=["failed", "timed_out"]),
            ),
            models.Index(
                fields=["started_by", "-id"],
                name="run_of_person",
                condition=models.Q(started_by__isnull=False),
            ),
            models.Index(fields=["workspace_id", "-id"], name="run_recent"),
            models.Index(fields=["flow_id", "-id"], name="run_of_flow"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def over(self) -> bool:
        """True once the run can never change again."""
        return self.status in TERMINAL


TERMINAL = frozenset(
    {RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.TIMED_OUT, RunStatus.CANCELLED}
)
