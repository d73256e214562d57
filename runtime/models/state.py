"""Values a flow keeps between steps and runs; written in the same commit as the step."""

from django.db import models


class StateEntry(models.Model):
    pk = models.CompositePrimaryKey("scope", "name")
    scope = models.UUIDField()  # the flow, or the run for values that end with it
    name = models.CharField(max_length=200)
    value = models.TextField()  # JSON
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
