"""Connections: secrets are typed in here and never shown again."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from runtime.admin.base import ScopedAdmin, here
from runtime.admin.column import column, time_column
from runtime.admin.credential_form import CredentialForm, conditions, secret_names
from runtime.models import Credential
from runtime.services.credentials import (
    CREDENTIAL_TYPES,
    delete_credential,
    save_credential,
)
from runtime.services.spoken import spoken
from runtime.services.test_credential import test_credential


@admin.register(Credential)
class CredentialAdmin(ScopedAdmin):
    access_name = "runtime.credential"
    form = CredentialForm
    list_display = ("name", "kind", "hosts", time_column("updated_at", _("Changed")))
    search_fields = ("name",)
    change_form_outer_before_template = "runtime/admin/credential.html"
    empty_title = _("No connections yet")
    empty_text = _("A connection keeps the key or password of a service, so that steps can use it.")
    empty_icon = "key"
    conditional_fields = conditions()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the boxes of the connection's kind; when adding, of the kind that is chosen."""
        first = ("name", "type", "hosts")
        if obj is not None and not self.has_change_permission(request, obj):
            return ((None, {"fields": ("name", "kind", "allowed_to")}),)
        return (
            (None, {"fields": first}),
            (
                _("Secret"),
                {
                    "fields": secret_names(obj.type if obj else None),
                    "description": _(
                        "What you type here is encrypted and never shown again, to nobody."
                    ),
                },
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Let those who may only look see names, nothing else."""
        if obj is not None and not self.has_change_permission(request, obj):
            return ("name", "kind", "allowed_to")
        return ()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        """Tell the form where it is."""
        workspace_id = here(request)
        kwargs["fields"] = () if obj and not self.has_change_permission(request, obj) else None
        base = super().get_form(request, obj, change=change, **kwargs)
        made: type[Any] = type("BoundCredentialForm", (base,), {"workspace_id": workspace_id})
        return made

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hand what was typed to the service that encrypts it."""
        workspace_id = obj.workspace_id or here(request)
        if workspace_id is None:
            raise PermissionDenied
        saved = save_credential(
            **form.values(),
            workspace_id=workspace_id,
            credential_id=obj.pk if change else None,
            by=request.user,
        )
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete by the service, which tells the audit log."""
        delete_credential(obj, by=request.user)

    def get_urls(self) -> list[URLPattern]:
        """Add the test button."""
        test = path(
            "<uuid:object_id>/test/",
            self.admin_site.admin_view(self.test),
            name="runtime_credential_test",
        )
        urls: list[URLPattern] = super().get_urls()
        return [test, *urls]

    def test(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Call the connection's test address and say what came of it."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = get_object_or_404(Credential, id=object_id, workspace_id=here(request))
        if not request.user.has_perm("runtime.change_credential", row):
            raise PermissionDenied
        result = test_credential(row.workspace_id, row.id)
        say = messages.success if result.ok else messages.warning
        say(request, spoken(result.message))
        return redirect(reverse("admin:runtime_credential_change", args=[row.id]))

    @column(description=_("Kind"))
    def kind(self, row: Credential) -> str:
        """Show the kind in words."""
        found = CREDENTIAL_TYPES.get(row.type)
        return found.name if found else row.type

    @column(description=_("May be sent to"))
    def hosts(self, row: Credential) -> str:
        """Show the hosts."""
        return ", ".join(row.allowed_hosts) or str(_("nowhere yet"))

    @column(description=_("May be sent to"))
    def allowed_to(self, row: Credential) -> str:
        """Show the hosts on the page of those who may only look."""
        return self.hosts(row)
