"""On a flow's page: who is told when it fails, and how long its runs are kept, in words."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from builder.models import Flow
from builder.services.change_alert import change_alert
from builder.services.refusals import Refusal
from runtime.admin.base import here
from runtime.services.alerts import read_alert
from runtime.services.post_mail import mail_connections
from runtime.services.retention import read_retention


class AlertForm(forms.Form):
    recipients = forms.CharField(
        label=gettext_lazy("Send a mail to"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Several addresses are separated by commas. Empty: nobody."),
    )
    credential = forms.ChoiceField(
        label=gettext_lazy("By"), required=False, widget=UnfoldAdminSelectWidget
    )
    on_missed = forms.BooleanField(
        label=gettext_lazy("Also when the clock could not start it"),
        required=False,
        widget=UnfoldBooleanWidget,
    )

    def __init__(self, servers: dict[UUID, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(id_), name) for id_, name in servers.items()]
        outbox = ("", _("Outbox: kept here, sent to nobody"))
        self.fields["credential"].choices = [*choices, outbox]  # type: ignore[attr-defined]


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the address of the button."""
    return [
        path(
            "<uuid:object_id>/tell/",
            site.admin_view(require_POST(tell_button)),
            name="builder_flow_tell",
        )
    ]


def alert_card(flow: Flow) -> dict[str, Any]:
    """Return what the card shows."""
    told, servers = read_alert(flow.id), mail_connections(flow.workspace_id)
    first = str(next(iter(servers), "")) if not told.recipients else str(told.credential_id or "")
    initial = {
        "recipients": ", ".join(told.recipients),
        "credential": first,
        "on_missed": told.on_missed,
    }
    return {
        "tell_form": AlertForm(servers, initial=initial),
        "told": told,
        "has_servers": bool(servers),
        "kept_words": kept_words(flow.id),
    }


def tell_button(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Tell these people from now on."""
    flow = get_object_or_404(Flow, id=object_id, workspace_id=here(request))
    if not request.user.has_perm("builder.change_flow", flow):
        raise PermissionDenied
    form = AlertForm(mail_connections(flow.workspace_id), request.POST)
    form.is_valid()  # every box may be empty; what is wrong the service says
    values = form.cleaned_data
    try:
        change_alert(
            flow,
            text=values.get("recipients", ""),
            credential_id=UUID(values["credential"]) if values.get("credential") else None,
            on_missed=values.get("on_missed", False),
            actor=request.user,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("They will be told.") if values.get("recipients") else _("Nobody will be told.")
        messages.success(request, words)
    return redirect(f"{reverse('admin:builder_flow_change', args=[flow.id])}#tell")


def kept_words(flow_id: UUID) -> str:
    """Return how long the flow's runs are kept, as a sentence."""
    rule = read_retention(flow_id).rule
    parts = [
        _("Runs that went well are kept %s") % _for(rule.finished),
        _("failed ones %s") % _for(rule.failed),
        _("tests %s") % _for(rule.test),
    ]
    sentence = ", ".join(parts) + "."
    if rule.runs is None:
        return sentence
    most = ngettext("At most %(n)d run.", "At most the last %(n)d runs.", rule.runs)
    return f"{sentence} {most % {'n': rule.runs}}"


def _for(days: float | None) -> str:
    if not days:
        return _("for ever")
    if days == int(days):
        return ngettext("%(n)d day", "%(n)d days", int(days)) % {"n": int(days)}
    return _("%s days") % days
