"""Registers the run-time tables with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RuntimeConfig(AppConfig):
    name = "runtime"
    label = "runtime"
    verbose_name = _("Runs")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let our loggers write as all others do."""
        from runtime.observe.logs import configure_structlog

        configure_structlog()
