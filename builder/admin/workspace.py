"""Workspaces: the person's own. Each has its own flows, connections and people."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from builder.models import Workspace
from builder.services.access import roles_of
from builder.services.workspaces import make_workspace, rename_workspace
from runtime.admin.base import ScopedAdmin
from runtime.admin.column import time_column
from runtime.api.base import Place


@admin.register(Workspace)
class WorkspaceAdmin(ScopedAdmin):
    access_name = "builder.workspace"
    list_display = ("name", time_column("created_at", _("Since")))
    fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workspace]:
        """Keep the workspaces the person belongs to."""
        return Workspace.objects.filter(id__in=list(roles_of(request.user)))

    def may(self, request: HttpRequest, action: str, obj: Any = None) -> bool:
        """Ask about the workspace itself; nobody deletes one here."""
        if action == "delete":
            return False
        return super().may(request, action, Place(obj.pk) if obj is not None else None)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make or rename by the service."""
        if change:
            rename_workspace(obj, form.cleaned_data["name"], actor=request.user)
        elif request.user.is_authenticated:
            obj.pk = make_workspace(form.cleaned_data["name"], actor=request.user).pk
