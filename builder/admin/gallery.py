"""New flows from templates and from files; what is missing here is said."""

from pathlib import PurePath
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from builder.admin.navigation import editors
from builder.models import Flow
from builder.services.documents import find_problems, read_document
from builder.services.gallery import Template, needs_words, templates, use_template
from builder.services.lacks import lacks_of
from builder.services.refusals import Refusal
from builder.services.transfer import import_file
from runtime.admin.base import here


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".json,application/json"}),
        help_text=gettext_lazy(
            "A flow that was downloaded from Segue. Nothing in it runs by this."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Empty: as the file is called."),
    )

    def clean_file(self) -> Any:
        """Read no more than a flow may be."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > settings.MAX_DOCUMENT_BYTES:
            raise forms.ValidationError(_("This file is larger than a flow can be."))
        return file


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the addresses of the pages and of the button."""
    return [
        path("templates/", site.admin_view(gallery_page), name="builder_flow_templates"),
        path(
            "templates/<slug:key>/use/",
            site.admin_view(require_POST(use_button)),
            name="builder_flow_use_template",
        ),
        path("import/", site.admin_view(import_page), name="builder_flow_import"),
        path(
            "<uuid:object_id>/imported/",
            site.admin_view(imported_page),
            name="builder_flow_imported",
        ),
    ]


def gallery_page(request: HttpRequest) -> HttpResponse:
    """Show every template with its picture."""
    if here(request) is None:
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": _("Templates"),
        "groups": [
            (_("For work"), [_shown(one) for one in templates() if not one.teaches]),
            (_("To learn from"), [_shown(one) for one in templates() if one.teaches]),
        ],
        "may_draw": editors(request),
    }
    return TemplateResponse(request, "builder/admin/gallery.html", context)


def _shown(one: Template) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "description": one.description,
        "picture": mark_safe(one.picture),  # noqa: S308  ours, and drawn with escaped names
        "needs": ", ".join(needs_words(one)),
    }


def use_button(request: HttpRequest, key: str) -> HttpResponse:
    """Make a flow of one's own from a template, and open it."""
    workspace_id = _workspace(request)
    try:
        flow = use_template(key, workspace_id=workspace_id, actor=request.user)
    except Refusal as refusal:
        raise Http404(str(refusal)) from None
    return redirect("canvas", flow_id=flow.id)


def import_page(request: HttpRequest) -> HttpResponse:
    """Ask for a file; by POST, make a flow from it."""
    workspace_id = _workspace(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            flow = import_file(
                file.read(),
                workspace_id=workspace_id,
                actor=request.user,
                name=form.cleaned_data["name"],
                usual_name=PurePath(file.name or "").stem.replace("-", " ").strip().capitalize(),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect("admin:builder_flow_imported", flow.id)
    context = {
        **admin.site.each_context(request),
        "title": _("Import a flow"),
        "form": form,
        "flows_url": reverse("admin:builder_flow_changelist"),
    }
    return TemplateResponse(request, "builder/admin/import.html", context)


def imported_page(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Say what a flow needs that is not here, and what else is to be done about it."""
    workspace_id = _workspace(request)
    flow = get_object_or_404(Flow, id=object_id, workspace_id=workspace_id)
    document = read_document(flow.draft)
    lacks = lacks_of(document, workspace_id)
    context = {
        **admin.site.each_context(request),
        "title": flow.name,
        "flow": flow,
        "steps": len(document.nodes),
        "lacks": lacks,
        "problems": [one for one in find_problems(document) if one.severity == "error"],
        "canvas_url": reverse("canvas", args=[flow.id]),
    }
    return TemplateResponse(request, "builder/admin/imported.html", context)


def _workspace(request: HttpRequest) -> UUID:
    """Where the person works, if they draw flows there."""
    workspace_id = here(request)
    if workspace_id is None or not editors(request):
        raise PermissionDenied
    return workspace_id
