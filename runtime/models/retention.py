"""How long the runs of one flow are kept. Without a row the server's rule counts.

It is no part of the graph: it holds at once for all runs, whatever version they ran.
"""

from django.db import models


class Retention(models.Model):
    flow_id = models.UUIDField(primary_key=True, editable=False)
    workspace_id = models.UUIDField()
    # Days after the end; 0 keeps them for ever, NULL leaves it to the server.
    finished_days = models.FloatField(null=True)
    failed_days = models.FloatField(null=True)
    test_days = models.FloatField(null=True)
    most_runs = models.IntegerField(null=True)  # no more than the newest so many
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.flow_id)
