"""Who is told by mail when a flow fails, or is not started by the clock. No row: nobody.

It is no part of the graph: it holds at once, whatever version runs.
"""

from django.db import models


class FlowAlert(models.Model):
    flow_id = models.UUIDField(primary_key=True, editable=False)
    workspace_id = models.UUIDField()
    recipients = models.TextField()  # addresses, a line each
    credential_id = models.UUIDField(null=True)  # the mail server; without one, the outbox
    on_missed = models.BooleanField(default=True)
    seen_until = models.DateTimeField()  # failures that ended up to here were told
    told_at = models.DateTimeField(null=True)  # the last mail, or the last try
    missed = models.CharField(max_length=300, default="", blank=True)  # not told yet
    problem = models.CharField(max_length=500, default="", blank=True)  # why the last did not go

    def __str__(self) -> str:
        return str(self.flow_id)
