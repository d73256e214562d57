"""Runs that are kept whatever is said of keeping runs: something goes by what they recorded."""

from django.db import models


class KeptRun(models.Model):
    run_id = models.UUIDField(primary_key=True, editable=False)
    workspace_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.run_id)
