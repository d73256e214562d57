"""People: who belongs to the workspace and what they may do."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from builder.admin import invitations
from builder.models import Membership, Role
from builder.services.addresses import public_url
from builder.services.people import change_role, invite, link_for, remove
from builder.services.refusals import Refusal
from runtime.admin.base import ScopedAdmin, here
from runtime.admin.cells import moment
from runtime.admin.column import column, time_column

MADE_LINK = "made_sign_in_link"


class InviteForm(forms.ModelForm):  # type: ignore[type-arg]
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Short, without spaces, for example “maria”."),
    )
    name = forms.CharField(
        label=_("Name"), max_length=150, required=False, widget=UnfoldAdminTextInputWidget
    )

    class Meta:
        model = Membership
        fields = ("role",)
        widgets = {"role": UnfoldAdminSelectWidget}


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Membership
        fields = ("role",)
        widgets = {"role": UnfoldAdminSelectWidget}


@admin.register(Membership)
class MembershipAdmin(ScopedAdmin):
    access_name = "builder.membership"
    form = RoleForm
    list_display = ("person", "role_words", "last_seen", time_column("created_at", _("Since")))
    list_select_related = ("user",)
    search_fields = ("user__username", "user__first_name", "user__last_name")
    change_form_outer_before_template = "builder/admin/person.html"
    list_before_template = "builder/admin/invitations.html"
    add_variant = "default"  # inviting is the usual way in; making an account for somebody is not

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Title the list; show who is invited."""
        extra = {"title": _("People"), "invitations": invitations.waiting(request)}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        """Ask for the person when letting one in, for the role alone later."""
        kwargs["form"] = RoleForm if obj else InviteForm
        made: type[Any] = super().get_form(request, obj, change, **kwargs)
        return made

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Show the boxes of the form in use."""
        return ("role",) if obj else ("username", "name", "role")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show a link that was just made, once; turn a refusal into a message."""
        made_for, link = request.session.pop(MADE_LINK, (None, None))
        shown = {"sign_in_link": link} if object_id and made_for == object_id else {}
        extra = {**shown, **(extra_context or {})}
        try:
            return super().changeform_view(request, object_id, form_url, extra)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let a person in, or change the role, by the service."""
        role = Role(form.cleaned_data["role"])
        if change:
            before = Membership.objects.get(pk=obj.pk)
            change_role(before, role, actor=request.user)
            return
        workspace_id = here(request)
        if workspace_id is None:
            raise PermissionDenied
        values = form.cleaned_data
        made = invite(
            workspace_id, values["username"], role, name=values["name"], actor=request.user
        )
        obj.pk, obj.user_id, obj.workspace_id = made.pk, made.user_id, made.workspace_id

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the new person's page, where the sign-in link is made."""
        messages.success(request, _("Make a sign-in link now and send it to them."))
        return redirect(reverse("admin:builder_membership_change", args=[obj.pk]))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Turn a refusal into a message."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(reverse("admin:builder_membership_change", args=[object_id]))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Let a person go by the service."""
        remove(obj, actor=request.user)

    def get_urls(self) -> list[URLPattern]:
        """Add the button that makes a sign-in link."""
        make = path(
            "<uuid:object_id>/sign-in-link/",
            self.admin_site.admin_view(require_POST(self.sign_in_link)),
            name="builder_membership_link",
        )
        urls: list[URLPattern] = super().get_urls()
        return [make, *invitations.urls(self.admin_site), *urls]

    def sign_in_link(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Make a link and show it once."""
        membership = get_object_or_404(Membership, id=object_id, workspace_id=here(request))
        if not request.user.has_perm("builder.change_membership", membership):
            raise PermissionDenied
        try:
            link = link_for(membership, public_url(request), actor=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            request.session[MADE_LINK] = [str(membership.id), link]
        return redirect(reverse("admin:builder_membership_change", args=[object_id]))

    @column(description=_("Person"), header=True, ordering="user__username")
    def person(self, row: Membership) -> list[str]:
        """Show the name and, below it, the user name."""
        name, username = row.user.get_full_name(), row.user.get_username()
        return [name, username] if name else [username, ""]

    @column(description=_("May do"), ordering="role")
    def role_words(self, row: Membership) -> str:
        """Show the role with what it means."""
        return row.get_role_display()

    @column(description=_("Last signed in"))
    def last_seen(self, row: Membership) -> str:
        """Show when the person was here last."""
        return moment(row.user.last_login)
