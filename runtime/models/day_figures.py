"""What happened on a day that is over, summed up: kept longer than its runs."""

from django.db import models


class DayFigures(models.Model):
    workspace_id = models.UUIDField()
    day = models.DateField()  # in UTC
    figures = models.TextField()  # JSON: see runtime.services.figures

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "day"], name="day_figures_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
