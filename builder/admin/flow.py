"""Flows: a list, and one page with a flow's steps, versions and runs. The canvas opens here."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminTextareaWidget

from builder.admin import alerts, flow_tests, gallery, improve, run_again
from builder.admin.begin import begin_page
from builder.admin.flow_page import flow_page
from builder.models import Flow
from builder.services.change_flow import change_flow
from builder.services.create_flow import duplicate_flow
from builder.services.delete_flow import delete_flow
from builder.services.refusals import Refusal
from builder.services.run_flow import run_flow
from builder.services.set_live import set_live
from builder.services.transfer import export_flow
from runtime.admin.base import ScopedAdmin, here
from runtime.admin.cells import COLORS, link, moment, state_words
from runtime.admin.column import column
from runtime.services.flow_activity import last_runs

# Button -> the permission it needs. Each is a POST: a link elsewhere can start nothing.
BUTTONS = {
    "run": "builder.run_flow",
    "switch": "builder.switch_flow",
    "duplicate": "builder.add_flow",
}


class FlowForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Flow
        fields = ("name", "description")
        widgets = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 3})}


class FlowList(ChangeList):  # type: ignore[misc]  # unfold is untyped
    def url_for_result(self, result: Flow) -> str:
        """Lead to the canvas: that is what people open a flow for."""
        return reverse("canvas", args=[result.pk])


@admin.register(Flow)
class FlowAdmin(ScopedAdmin):
    access_name = "builder.flow"
    form = FlowForm
    list_display = ("title", "state", "changes", "last_run", "changed", "page")
    search_fields = ("name", "description")
    list_before_template = "builder/admin/new_flows.html"
    change_form_outer_before_template = "builder/admin/flow_head.html"
    change_form_outer_after_template = "builder/admin/flow.html"
    empty_title = _("No flows yet")
    empty_text = _("A flow is a row of steps that run one after the other. Draw your first one.")
    empty_icon = "account_tree"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Title the list; offer other ways to a new flow."""
        extra = {"title": _("Flows"), "may_draw": self.has_add_permission(request)}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list whose names open the canvas."""
        return FlowList

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Ask what should start it, before anything else."""
        workspace_id = here(request)
        if workspace_id is None or not self.has_add_permission(request):
            raise PermissionDenied
        return begin_page(request, workspace_id)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Add what the page shows besides name and description."""
        flow = self.get_object(request, object_id)
        extra = flow_page(flow, request) if flow is not None else {}
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Rename by the service; new ones are made by `begin_page`."""
        values = form.cleaned_data
        change_flow(obj, actor=request.user, name=values["name"], description=values["description"])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete by the service, which also takes the addresses away."""
        delete_flow(obj, actor=request.user)

    def get_urls(self) -> list[URLPattern]:
        """Add the page's buttons and the download."""
        own = [
            path(
                f"<uuid:object_id>/{name}/",
                self.admin_site.admin_view(require_POST(getattr(self, f"{name}_button"))),
                name=f"builder_flow_{name}",
            )
            for name in BUTTONS
        ]
        own.append(
            path(
                "<uuid:object_id>/download/",
                self.admin_site.admin_view(self.download),
                name="builder_flow_download",
            )
        )
        urls: list[URLPattern] = super().get_urls()
        parts = (alerts, flow_tests, gallery, improve, run_again)
        return [*own, *(url for part in parts for url in part.urls(self.admin_site)), *urls]

    def run_button(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Start a test run and show it."""
        flow = self._flow(request, object_id, BUTTONS["run"])
        try:
            run_id = run_flow(flow, draft=True, actor=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return self._back(flow)
        return redirect(reverse("admin:runtime_run_change", args=[run_id]))

    def switch_button(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Switch the flow on or off."""
        flow = self._flow(request, object_id, BUTTONS["switch"])
        try:
            set_live(flow, live=not flow.live, actor=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("It is on.") if flow.live else _("It is off."))
        return self._back(flow)

    def duplicate_button(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Copy the flow and show the copy."""
        flow = self._flow(request, object_id, BUTTONS["duplicate"])
        return self._back(duplicate_flow(flow, actor=request.user))

    def download(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Send the draft as a file, without secrets."""
        flow = self._flow(request, object_id, "builder.view_flow")
        text = export_flow(flow, actor=request.user)
        response = HttpResponse(text, content_type="application/json")
        response["Content-Disposition"] = (
            f'attachment; filename="{slugify(flow.name) or "flow"}.json"'
        )
        return response

    @column(description=_("Flow"), header=True, ordering="name")
    def title(self, flow: Flow) -> list[str]:
        """Show the name, which opens the canvas, and below it what the flow is for."""
        words = flow.description.strip().partition("\n")[0]
        return [flow.name, words[:60] + ("…" if len(words) > 60 else "")]

    @column(description=_("State"), label={"live": "success", "off": "default", "draft": "warning"})
    def state(self, flow: Flow) -> tuple[str, Any]:
        """Show whether calls reach it."""
        if flow.live:
            return "live", _("Live: v%d") % (flow.live_version or 0)
        if flow.live_version:
            return "off", _("Off")
        return "draft", _("Not published")

    @column(description=_("Draft changes"))
    def changes(self, flow: Flow) -> str:
        """Show how far the draft is."""
        return str(flow.draft_changes) if flow.live_version and flow.draft_changes else "–"

    @column(description=_("Last run"), label=dict(COLORS))
    def last_run(self, flow: Flow) -> tuple[str, str] | None:
        """Show how the last run went."""
        last = last_runs([flow.id]).get(flow.id)
        return (last["status"], state_words(last["status"])) if last else None

    @column(description=_("Changed"), ordering="updated_at")
    def changed(self, flow: Flow) -> str:
        """Show when somebody changed it last."""
        return moment(flow.updated_at)

    @column(description=_("More"))
    def page(self, flow: Flow) -> SafeString:
        """Lead to the flow's own page."""
        return link(reverse("admin:builder_flow_change", args=[flow.id]), _("Settings, runs"))

    def _flow(self, request: HttpRequest, flow_id: UUID, permission: str) -> Flow:
        flow = get_object_or_404(Flow, id=flow_id, workspace_id=here(request))
        if not request.user.has_perm(permission, flow):
            raise PermissionDenied
        return flow

    def _back(self, flow: Flow) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:builder_flow_change", args=[flow.id]))
