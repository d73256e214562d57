"""The audit log: who did what and when. Only to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from builder.models import AuditEntry
from builder.services.audit_words import action_words
from runtime.admin.base import ReadOnlyAdmin
from runtime.admin.cells import moment
from runtime.admin.column import column


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    access_name = "builder.auditentry"
    list_display = ("when", "actor", "what", "target", "ip")
    list_display_links = ("when",)
    list_filter = ("actor",)
    search_fields = ("actor", "action", "target")
    fields = ("when", "actor", "what", "target", "ip", "details")
    readonly_fields = ("when", "what")
    empty_title = _("Nothing is written here yet")
    empty_icon = "history"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Title the list, in the head too."""
        request.page_title = _("Audit log")  # type: ignore[attr-defined]
        return super().changelist_view(request, {"title": _("Audit log"), **(extra_context or {})})

    @column(description=_("When"), ordering="at")
    def when(self, entry: AuditEntry) -> str:
        """Show the moment."""
        return moment(entry.at)

    @column(description=_("What"), ordering="action")
    def what(self, entry: AuditEntry) -> str:
        """Show the deed in words."""
        return action_words(entry.action)
