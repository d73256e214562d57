"""Registers the design-time tables, the permission rules and the admin site with Django."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class BuilderConfig(AppConfig):
    name = "builder"
    label = "builder"
    verbose_name = _("Flows")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what who may do, and let the audit log listen."""
        from builder import permissions
        from builder.services import listen

        permissions.register()
        listen.connect()


class SegueAdminConfig(AdminConfig):
    default_site = "builder.admin_site.SegueAdminSite"
