"""A model of one's own in two minutes: find one nearby, or paste a key; it is tried at once."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from builder.admin.navigation import editors
from builder.services.connect_model import SERVICES, connect_model
from builder.services.refusals import Refusal
from runtime.admin.base import here
from runtime.services.try_model import find_ollama

NEARBY = "other"  # what runs nearby speaks the common protocol, and needs no key


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the page's address."""
    return [path("connect/", site.admin_view(connect_page), name="builder_modelprofile_connect")]


def connect_page(request: HttpRequest) -> HttpResponse:
    """Show the ways; by POST try one, and keep it if it answers."""
    workspace_id = here(request)
    if workspace_id is None or not editors(request):
        raise PermissionDenied
    typed = request.POST
    if request.method == "POST" and _connected(request, workspace_id):
        return redirect("admin:builder_modelprofile_changelist")
    context = {
        **admin.site.each_context(request),
        "title": _("Connect your own model"),
        "nearby": find_ollama(str(workspace_id)),
        "services": [
            {"key": key, "one": one, "open": typed.get("service") == key}
            for key, one in SERVICES.items()
            if one.base_url
        ],
        "typed": {name: typed.get(name, "") for name in ("service", "model", "base_url")},
        "models_url": reverse("admin:builder_modelprofile_changelist"),
    }
    return TemplateResponse(request, "builder/admin/connect_model.html", context)


def _connected(request: HttpRequest, workspace_id: UUID) -> bool:
    values: Any = {name: request.POST.get(name, "") for name in ("key", "model", "base_url")}
    try:
        profile, said = connect_model(
            workspace_id, request.POST.get("service", ""), **values, actor=request.user
        )
    except Refusal as refusal:
        messages.error(request, _("It was not connected. %s") % refusal)
        return False
    words = _("“%(name)s” is connected. It said: %(said)s") % {
        "name": profile.name,
        "said": said,
    }
    messages.success(request, words)
    return True
