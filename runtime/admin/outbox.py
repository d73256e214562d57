"""The outbox: what flows would have sent if there were a mail server."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from runtime.admin.base import ReadOnlyAdmin
from runtime.admin.cells import link
from runtime.admin.column import column, time_column
from runtime.models import OutboxMail, Run

_ALWAYS = ("shown_at", "run")


@admin.register(OutboxMail)
class OutboxMailAdmin(ReadOnlyAdmin):
    access_name = "runtime.outboxmail"
    list_display = (time_column("at", _("Written")), "first_recipient", "shown_subject")
    search_fields = ("recipients", "subject", "text")
    empty_title = _("No mails here")
    empty_text = _(
        "Mails of flows wait here as long as their steps have no mail server. None is sent."
    )
    empty_icon = "outbox"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Title the list."""
        return super().changelist_view(request, {"title": _("Outbox"), **(extra_context or {})})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what is there; the HTML as it was written, for it is somebody else's page."""
        head = ("shown_at", "sender", "recipients", "reply_to", "subject", "run")
        filled = [name for name in head if name in _ALWAYS or getattr(obj, name, None)]
        bodies = [name for name in ("text", "html") if getattr(obj, name, None)]
        return ((None, {"fields": [*filled, *bodies]}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Show all of it as text."""
        return ("shown_at", "run")

    @column(description=_("Written"))
    def shown_at(self, mail: OutboxMail) -> str:
        """Show when."""
        return str(time_column("at", "")(mail))

    @column(description=_("To"))
    def first_recipient(self, mail: OutboxMail) -> str:
        """Show the first, and how many more there are."""
        first, *more = mail.recipients.split("\n")
        return f"{first} (+{len(more)})" if more else first

    @column(description=_("Subject"), ordering="subject")
    def shown_subject(self, mail: OutboxMail) -> str:
        """Show it, or that there is none."""
        return str(mail)

    @column(description=_("Run"))
    def run(self, mail: OutboxMail) -> Any:
        """Lead to the run that wrote it."""
        if mail.run_id is None or not Run.objects.filter(id=mail.run_id).exists():
            return "–"
        return link(reverse("admin:runtime_run_change", args=[mail.run_id]), _now("See the run"))
