"""A run saved as a test of its flow: what came in, what was answered, what has to come out.

The recorded answers are the run's own journal, which is kept as long as the test is.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from builder.models.flow import Flow
from runtime.models.ids import uuid7


class FlowTest(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="tests")
    name = models.CharField(_("name"), max_length=120)
    run_id = models.UUIDField()  # a run-time row: no foreign key between the two times
    checks = models.JSONField(default=list)  # [{path, how}]; empty: all of it has to be equal
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    tried_run_id = models.UUIDField(null=True)  # the last try, on the draft
    tried_revision = models.PositiveIntegerField(null=True)
    passed = models.BooleanField(null=True)  # null: not tried, or still at it
    differences = models.JSONField(default=list)  # [{path, how, expected, got}] of the last try

    class Meta:
        verbose_name = _("test")
        verbose_name_plural = _("tests")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["flow", "name"], name="flow_test_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
