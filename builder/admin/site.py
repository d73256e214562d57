"""The admin site: open to everyone who belongs to a workspace, whatever their role."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from builder.services.access import roles_of


class SegueAdminSite(UnfoldAdminSite):
    index_title = _("Home")

    def has_permission(self, request: HttpRequest) -> bool:
        """Let members in. Neither `is_staff` nor `is_superuser` opens or closes anything."""
        return request.user.is_active and bool(roles_of(request.user))
