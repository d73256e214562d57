"""Who has been shown around the canvas, so that nobody is shown twice unasked."""

from django.conf import settings
from django.db import models


class TourSeen(models.Model):
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    seen_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.user_id)
