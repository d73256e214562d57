"""Facts that flows remember about people and topics: to be looked at, and to be deleted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from runtime.admin.base import ReadOnlyAdmin, ScopedAdmin
from runtime.admin.column import column, time_column
from runtime.models import Fact


@admin.register(Fact)
class FactAdmin(ReadOnlyAdmin):
    access_name = "runtime.fact"
    actions = ()  # with them comes the one that deletes several
    list_display = ("about", "short", time_column("told_at", _("Told")))
    search_fields = ("about", "text")
    fields = ("about", "text", "told", "until")
    readonly_fields = ("told", "until")
    empty_title = _("Nothing is remembered yet")
    empty_text = _(
        "Facts about people and topics that a step “Long-term memory” or an agent remembers are "
        "listed here."
    )
    empty_icon = "psychology"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Title the list."""
        return super().changelist_view(request, {"title": _("Facts"), **(extra_context or {})})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the table of permissions: whoever is named may want to be forgotten."""
        return ScopedAdmin.has_delete_permission(self, request, obj)

    @column(description=_("Fact"), ordering="text")
    def short(self, fact: Fact) -> str:
        """Show its beginning."""
        return fact.text if len(fact.text) <= 200 else f"{fact.text[:200]} …"

    @column(description=_("Told"))
    def told(self, fact: Fact) -> str:
        """Show when it was last told."""
        return str(time_column("told_at", "")(fact))

    @column(description=_("Forgotten"))
    def until(self, fact: Fact) -> str:
        """Show until when it stays."""
        return str(time_column("expires_at", "")(fact)) if fact.expires_at else str(_("never"))
