"""What every API view shares: a permission for each method, and own workspaces only.

A foreign id is answered 404, as if it did not exist; a role too low is answered 403.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from runtime.services.access import access
from runtime.services.starters import came_by_key

Row = TypeVar("Row", bound=models.Model)


class QuotaUsed(APIException):
    status_code = 429
    default_code = "quota"


SIGNED_IN = "signed in"  # for what every member may see, whatever the role


class Declared(BasePermission):
    """Refuses every method for which the view declares no permission."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the person is in, and the method is one the view speaks of."""
        method = request.method or ""
        return method == "OPTIONS" or method in getattr(view, "permissions", {})


class ScopedView(APIView):
    """Base of the API's views."""

    permissions: ClassVar[Mapping[str, str]] = {}
    permission_classes = (IsAuthenticated, Declared)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Note by which key a program came; one that starts runs is held to what it may take."""
        super().initial(request, *args, **kwargs)
        if request.auth is None:
            return
        came_by_key(request.user, access().key_name(request.auth))
        starts = self.permissions.get(request.method or "") == "builder.run_flow"
        if starts and request.method == "POST":
            refused = access().use_key(request.auth)
            if refused is not None:
                raise QuotaUsed(refused)

    def workspace(self) -> UUID:
        """Return the workspace the person works in, if the method is allowed there."""
        workspace_id = access().current_workspace(self.request)
        if workspace_id is None:
            raise PermissionDenied(_("You do not belong to a workspace yet. Ask an admin."))
        self._require(Place(workspace_id))
        return workspace_id

    def find(self, rows: models.QuerySet[Row], **lookup: object) -> Row:
        """Return the row if it lies in one of the person's workspaces and the method is allowed."""
        if not self.request.user.is_authenticated:
            raise NotAuthenticated
        own = access().workspaces_of(self.request.user)
        row = rows.filter(workspace_id__in=own, **lookup).first()
        if row is None:
            raise Http404
        self._require(row)
        return row

    def _require(self, target: Any) -> None:
        permission = self.permissions[self.request.method or ""]
        if permission != SIGNED_IN and not self.request.user.has_perm(permission, target):
            raise PermissionDenied(_("Your role in this workspace does not allow this."))


class Place:
    """A workspace as the object of a permission."""

    def __init__(self, workspace_id: UUID) -> None:
        self.workspace_id = workspace_id
