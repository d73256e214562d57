"""The language a person chose. Who chose none has the browser's."""

from django.conf import settings
from django.db import models


class PersonLanguage(models.Model):
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    language = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"{self.user}: {self.language}"
