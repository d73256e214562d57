"""The page on which a run is run again, or tried on the draft; it says beforehand what happens."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from builder.models import Flow
from builder.services.refusals import Refusal
from builder.services.run_again import look_ahead, repeat_run, replay_run
from runtime.admin.base import here
from runtime.api.runs import names_by_key
from runtime.models import Run, RunStatus

FROM = (
    ("failure", _("From where it failed")),
    ("start", _("From the start")),
    ("step", _("From a step")),
)
ON = (
    ("same", _("On the version it ran on")),
    ("live", _("On the live version")),
    ("draft", _("On the draft, as a test")),
)


class AgainForm(forms.Form):
    begin = forms.ChoiceField(label=_("Begin"), choices=FROM, widget=UnfoldAdminRadioSelectWidget)
    step = forms.ChoiceField(
        label=_("Step"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Only for “From a step”: that step and all that follows it are done again."),
    )
    on = forms.ChoiceField(label=_("Version"), choices=ON, widget=UnfoldAdminRadioSelectWidget)

    def __init__(self, run: Run, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [("", "–"), *names_by_key(run).items()]  # type: ignore[attr-defined]
        if not _flows(run).filter(live_version__isnull=False).exists():
            self.fields["on"].choices = [ON[0], ON[2]]  # type: ignore[attr-defined]
        if not has_failed(run):
            self.fields["begin"].choices = FROM[1:]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """From a step, but from which?"""
        values = super().clean() or {}
        if values.get("begin") == "step" and not values.get("step"):
            self.add_error("step", _("Say which step to begin with."))
        return values

    def asked(self) -> dict[str, Any]:
        """What the services take."""
        values = self.cleaned_data
        step = values["step"] if values["begin"] == "step" else None
        return {"begin": values["begin"], "step": step, "on": values["on"]}


def has_failed(run: Run) -> bool:
    """Return whether there is a failure to go on from."""
    return run.over and (run.status != RunStatus.SUCCEEDED or run.partial_errors > 0)


def _flows(run: Run) -> QuerySet[Flow]:
    return Flow.objects.filter(id=run.flow_id) if run.flow_id else Flow.objects.none()


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the addresses of the page and of the button that tries a run on the draft."""
    return [
        path("runs/<uuid:run_id>/again/", site.admin_view(again_page), name="builder_run_again"),
        path(
            "runs/<uuid:run_id>/try/",
            site.admin_view(require_POST(replay_button)),
            name="builder_run_replay",
        ),
    ]


def again_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Say what would happen; by POST, do it and show the new run."""
    run = _run(request, run_id)
    begin = "failure" if has_failed(run) else "start"
    given = request.POST or {"begin": begin, "on": "same", **request.GET.dict()}
    form = AgainForm(run, given)
    ahead: dict[str, Any] | None = None
    if form.is_valid():
        try:
            if request.method == "POST":
                return _shown(repeat_run(run, actor=request.user, **form.asked()))
            ahead = look_ahead(run, **form.asked())
        except Refusal as refusal:
            messages.error(request, str(refusal))
    context = {
        **admin.site.each_context(request),
        "title": _("Run again"),
        "form": form,
        "run": run,
        "ahead": ahead,
        "all_again": form.is_valid() and form.cleaned_data["begin"] == "start",
        "run_url": reverse("admin:runtime_run_change", args=[run.id]),
    }
    return TemplateResponse(request, "builder/admin/run_again.html", context)


def replay_button(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Try the run's call on the draft, with nothing sent, and show the try."""
    run = _run(request, run_id)
    try:
        return _shown(replay_run(run, actor=request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("admin:runtime_run_change", args=[run.id]))


def _run(request: HttpRequest, run_id: UUID) -> Run:
    run = get_object_or_404(Run, id=run_id, workspace_id=here(request))
    if not request.user.has_perm("builder.run_flow", run):
        raise PermissionDenied
    return run


def _shown(run_id: UUID) -> HttpResponse:
    return redirect(reverse("admin:runtime_run_change", args=[run_id]))
