"""The page a colleague lands on: it says who invites to what, and asks for name and password."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from builder.models import Invitation
from builder.services.access import choose_workspace, forget_roles
from builder.services.invitations import find_invitation, join, join_as_new
from builder.services.refusals import Refusal


class JoinForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "name", "autofocus": True}),
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "username"}),
        help_text=_("You sign in with it. Short, without spaces, for example “maria”."),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters; not only digits, and nothing that is easy to guess."),
    )

    def clean(self) -> dict[str, Any]:
        """Check the password against the name, too."""
        values = super().clean() or {}
        if values.get("password"):
            person = User(username=values.get("username", ""), first_name=values.get("name", ""))
            try:
                validate_password(values["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return values


@method_decorator(never_cache, name="dispatch")
class JoinView(View):
    """Public on purpose: the link itself is what lets the person in."""

    public = "the one-time token in the address is the permission"
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show who invites, or say that the link was used."""
        return _page(request, find_invitation(token), JoinForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Let the person in, with the account they have or a new one."""
        invitation = find_invitation(token)
        form = JoinForm(request.POST)
        if invitation is None:
            return _page(request, None, form)
        known = request.user.is_authenticated
        if not known and not form.is_valid():
            return _page(request, invitation, form, status=400)
        try:
            if known:
                join(invitation, cast(User, request.user))
            else:
                values = form.cleaned_data
                user = join_as_new(invitation, **values)
                login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        except Refusal as refusal:
            return _page(request, invitation, form, str(refusal), 400)
        forget_roles(request.user)
        choose_workspace(request, invitation.workspace_id)
        return redirect("admin:index")


def _page(
    request: HttpRequest,
    invitation: Invitation | None,
    form: JoinForm,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "invitation": invitation,
        "form": form,
        "note": note,
        "inviter": "",
    }
    if invitation is None:
        return render(request, "builder/join.html", context, status=410)
    by = invitation.made_by
    context["inviter"] = by.get_full_name() or by.get_username()
    return render(request, "builder/join.html", context, status=status)
