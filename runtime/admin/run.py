"""Runs: a list, and one page that tells what a run did, readable without the canvas."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from runtime.admin.base import ReadOnlyAdmin, here
from runtime.admin.cells import COLORS, MODES, duration, moment, state_words
from runtime.admin.column import column
from runtime.admin.filters import FlowFilter, ModeFilter, StarterFilter, StatusFilter
from runtime.admin.run_page import run_page, trigger_words
from runtime.models import Run
from runtime.services.access import access
from runtime.services.cancel_run import cancel_run
from runtime.services.notices import notice
from runtime.services.spoken import spoken
from runtime.services.starters import names_of_starters, starter_words


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    access_name = "runtime.run"
    list_display = ("when", "flow_name", "state", "mode_label", "what_started", "took", "sentence")
    list_display_links = ("when",)
    list_filter = (StatusFilter, ModeFilter, FlowFilter, StarterFilter)
    list_filter_submit = False
    ordering = ("-id",)
    change_form_outer_after_template = "runtime/admin/run.html"
    empty_title = _("Nothing has run yet")
    empty_text = _("Open a flow and press “Test”, or call the address of a live flow.")
    empty_icon = "play_circle"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """Leave the large columns out; keep the names of flows at hand for the list."""
        rows: QuerySet[Run] = super().get_queryset(request).defer("input", "output", "response")
        return rows

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Title the list."""
        return super().changelist_view(request, {"title": _("Runs"), **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Add what the page shows."""
        run = self.get_object(request, object_id)
        extra = run_page(run, request) if run is not None else {}
        if run is not None:
            request.page_title = f"{extra['title']}, {moment(run.created_at)}"  # type: ignore[attr-defined]
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> tuple[()]:
        """Show no columns: the page below tells it in words."""
        return ()

    def get_urls(self) -> list[URLPattern]:
        """Add the button that stops a run."""
        stop = path(
            "<uuid:object_id>/stop/",
            self.admin_site.admin_view(self.stop),
            name="runtime_run_stop",
        )
        urls: list[URLPattern] = super().get_urls()
        return [stop, *urls]

    def stop(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Stop a run; only by POST, so that no link elsewhere can."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        run = get_object_or_404(Run, id=object_id, workspace_id=here(request))
        if not request.user.has_perm("runtime.cancel_run", run):
            raise PermissionDenied
        cancel_run(run.id, by=request.user.get_username())
        notice("run_cancelled", run, by=request.user)
        messages.success(request, _("The run is being stopped."))
        return redirect(reverse("admin:runtime_run_change", args=[run.id]))

    @column(description=_("Started"), ordering="id")
    def when(self, run: Run) -> str:
        """Show when it was accepted."""
        return moment(run.created_at)

    @column(description=_("Flow"))
    def flow_name(self, run: Run) -> str:
        """Show the flow's name, or that it is gone."""
        names = access().flow_names(frozenset({run.flow_id} if run.flow_id else ()))
        return next(iter(names.values()), str(_("a flow that was deleted")))

    @column(description=_("Status"), label=dict(COLORS))
    def state(self, run: Run) -> tuple[str, str]:
        """Show the state in colour."""
        return run.status, state_words(run.status)

    @column(description=_("Kind"), label=dict(MODES))
    def mode_label(self, run: Run) -> tuple[str, str]:
        """Show whether it was a test."""
        return run.mode, run.get_mode_display()

    @column(description=_("Started by"))
    def what_started(self, run: Run) -> str:
        """Show what started it, and who."""
        who = starter_words(run.started_by, run.started_key, names_of_starters([run]))
        return (
            f"{trigger_words(run.trigger_kind)} · {who}" if who else trigger_words(run.trigger_kind)
        )

    @column(description=_("Took"))
    def took(self, run: Run) -> str:
        """Show how long it took."""
        return duration(run.started_at, run.finished_at)

    @column(description=_("In a sentence"))
    def sentence(self, run: Run) -> str:
        """Show why it ended as it did."""
        return spoken(run.reason or "–")
