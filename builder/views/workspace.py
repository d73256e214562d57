"""Switches the workspace a person works in."""

from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import View

from builder.services.access import choose_workspace


class ChooseWorkspaceView(LoginRequiredMixin, View):
    """A GET, since it changes nothing but what this session shows."""

    permissions = {"GET": "builder.view_workspace"}
    http_method_names = ["get"]

    def get(self, request: HttpRequest, workspace_id: UUID) -> HttpResponse:
        """Switch, and go home."""
        if not choose_workspace(request, workspace_id):
            raise Http404
        return redirect("admin:index")
