"""Inviting a colleague: one page that asks for the role, and shows the link once."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from builder.models import Invitation, Role
from builder.services.addresses import public_url
from builder.services.invitations import (
    LIFETIME,
    mail_invitation,
    make_invitation,
    open_invitations,
    revoke_invitation,
)
from runtime.admin.base import here
from runtime.admin.cells import moment
from runtime.api.base import Place
from runtime.services.post_mail import MailNotSentError, is_address, mail_connections

MADE = "made_invitation"


class InvitationForm(forms.Form):
    """Asks for a mail address only where there is a mail server to send it by."""

    role = forms.ChoiceField(
        label=_("What may they do?"),
        choices=Role.choices,
        initial=Role.VIEWER,
        widget=UnfoldAdminRadioSelectWidget,
    )
    whom = forms.CharField(
        label=_("For whom"),
        max_length=320,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("A name, so that you know the invitation again. May be left empty."),
    )
    mail = forms.CharField(
        label=_("Send it by mail to"),
        max_length=320,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "email"}),
        help_text=_("Left empty, you get the link and send it yourself."),
    )
    credential = forms.ChoiceField(
        label=_("By which mail server"), required=False, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, servers: dict[UUID, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(id_), name) for id_, name in servers.items()]
        self.fields["credential"].choices = choices  # type: ignore[attr-defined]
        if not servers:
            del self.fields["mail"]
        if len(servers) < 2:
            del self.fields["credential"]

    def clean_mail(self) -> str:
        """Refuse what is no address before anything is made."""
        mail = str(self.cleaned_data["mail"]).strip()
        if mail and not is_address(mail):
            raise forms.ValidationError(_("This is not a mail address."))
        return mail


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the addresses of the page and of the button that takes an invitation back."""
    return [
        path("invite/", site.admin_view(invite_page), name="builder_invitation_add"),
        path(
            "invitations/<uuid:invitation_id>/revoke/",
            site.admin_view(require_POST(revoke_button)),
            name="builder_invitation_revoke",
        ),
    ]


def invite_page(request: HttpRequest) -> HttpResponse:
    """Ask for the role; by POST, make the invitation and show its link, this once."""
    workspace_id = _workspace(request, "builder.add_membership")
    servers = mail_connections(workspace_id)
    form = InvitationForm(servers, request.POST or None)
    if request.method == "POST" and form.is_valid():
        _invite(request, workspace_id, servers, form.cleaned_data)
        return redirect("admin:builder_invitation_add")
    context = {
        **admin.site.each_context(request),
        "title": _("Invite a colleague"),
        "form": form,
        "fields": [form[name] for name in form.fields],
        "link": request.session.pop(MADE, None),
        "days": LIFETIME.days,
        "has_servers": bool(servers),
        "people_url": reverse("admin:builder_membership_changelist"),
    }
    return TemplateResponse(request, "builder/admin/invite.html", context)


def _invite(
    request: HttpRequest, workspace_id: UUID, servers: dict[UUID, str], values: dict[str, Any]
) -> None:
    mail = values.get("mail", "")
    made, link = make_invitation(
        workspace_id,
        Role(values["role"]),
        public_url(request),
        actor=cast(User, request.user),
        whom=mail or values["whom"],
    )
    request.session[MADE] = link
    if not mail:
        return
    by = UUID(values.get("credential") or str(next(iter(servers))))
    try:
        mail_invitation(made, link, to=mail, credential_id=by)
    except MailNotSentError as error:
        messages.error(
            request, _("The mail was not sent: %s Send the link below yourself.") % error
        )
    else:
        messages.success(request, _("The invitation is on its way to %s.") % mail)


def revoke_button(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    workspace_id = _workspace(request, "builder.delete_membership")
    rows = Invitation.objects.in_workspace(workspace_id)
    made = get_object_or_404(rows, id=invitation_id)
    revoke_invitation(made, actor=request.user)
    messages.success(request, _("The invitation was taken back. Its link opens nothing any more."))
    return redirect("admin:builder_membership_changelist")


def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the invitations nobody has followed yet."""
    workspace_id = here(request)
    if workspace_id is None:
        return []
    return [
        {
            "id": row.id,
            "whom": row.whom or _("somebody"),
            "role": row.get_role_display(),
            "until": moment(row.expires_at),
            "by": row.made_by.get_full_name() or row.made_by.get_username(),
        }
        for row in open_invitations(workspace_id)
    ]


def _workspace(request: HttpRequest, permission: str) -> UUID:
    workspace_id = here(request)
    place: Any = Place(workspace_id) if workspace_id else None
    if workspace_id is None or not request.user.has_perm(permission, place):
        raise PermissionDenied
    return workspace_id
