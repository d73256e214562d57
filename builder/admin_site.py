"""The admin site: open to everyone who belongs to a workspace, whatever their role."""

from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite
from unfold.widgets import UnfoldAdminPasswordWidget

from builder.services.access import roles_of


class FirstPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """Two boxes, drawn as unfold draws them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})


class SegueAdminSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold is untyped
    index_title = _("Home")

    def has_permission(self, request: HttpRequest) -> bool:
        """Let members in. Neither `is_staff` nor `is_superuser` opens or closes anything."""
        return request.user.is_active and bool(roles_of(request.user))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Ask for the old password only where there is one: links sign in people without."""
        if request.user.is_authenticated and request.user.has_usable_password():
            changed: HttpResponseBase = super().password_change(request, extra_context)
            return changed
        context = {**self.each_context(request), **(extra_context or {})}
        view = PasswordChangeView.as_view(
            form_class=FirstPasswordForm,
            template_name="builder/admin/first_password.html",
            success_url=reverse("admin:password_change_done"),
            extra_context=context,
        )
        return view(request)
