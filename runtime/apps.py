"""Registers the run-time tables with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RuntimeConfig(AppConfig):
    name = "runtime"
    label = "runtime"
    verbose_name = _("Runs")
    default_auto_field = "django.db.models.BigAutoField"
