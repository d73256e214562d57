"""*How it goes*: how runs ended, how long they took, what failed and what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from builder.admin.bars import HEIGHT, WIDTH, stacked
from builder.admin.question import INPUT
from runtime.admin.base import here
from runtime.admin.cells import state_words
from runtime.api.base import Place
from runtime.models import RunMode, RunStatus
from runtime.services.access import access
from runtime.services.figures import Calls, Figures, Runs, Spread, together
from runtime.services.model_costs import Took, added, money
from runtime.services.run_figures import GOES_ON, OUTCOMES, days_of, decisions_of, hours_of

DAYS = (1, 7, 30, 90)
HOURS = 24  # columns of one day
KEPT_SECONDS = 30.0  # the figures of a moment ago are as good, and cost nothing
# Told apart in light and dark, and by those who see red and green alike: they differ in lightness.
COLOURS: Mapping[str, str] = {
    RunStatus.SUCCEEDED: "#2e9e6b",
    RunStatus.FAILED: "#c0392f",
    RunStatus.TIMED_OUT: "#e8833a",
    RunStatus.CANCELLED: "#8b95a5",
    GOES_ON: "#5b8def",
}


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the page's address; it goes before those of the admin itself."""
    return [path("admin/figures/", site.admin_view(figures_page), name="figures")]


def figures_page(request: HttpRequest) -> HttpResponse:
    """Show how it goes."""
    workspace_id = here(request)
    target: Any = Place(workspace_id) if workspace_id is not None else None
    if workspace_id is None or not request.user.has_perm("runtime.view_run", target):
        raise PermissionDenied
    flows = access().flows_in(workspace_id)
    days, flow, mode = _days(request), _flow(request, flows), _mode(request)
    now = timezone.now()
    moments = moments_of(days, now)
    chosen = str(flow or "")
    parts = [part.only(chosen, mode) for part in _found(workspace_id, days, now)]
    mean = decisions_of(workspace_id, moments[0], moments[-1], flow)
    names = {**{str(key): str(name) for key, name in flows.items()}, "": _("without a flow")}
    context = {
        **admin.site.each_context(request),
        "title": _("How it goes"),
        "input_class": INPUT,
        "days": days,
        "periods": DAYS,
        "flow": chosen,
        "flows": [(str(key), name) for key, name in flows.items()],
        "mode": mode,
        "modes": RunMode.choices,
        **shown(parts, moments, names, mean),
    }
    return TemplateResponse(request, "builder/admin/figures.html", context)


def gathered(workspace_id: UUID, days: int, now: datetime) -> list[Figures]:
    """Return what happened in each column of the chart."""
    moments = moments_of(days, now)
    if days == 1:
        return hours_of(workspace_id, moments)
    return days_of(workspace_id, [moment.date() for moment in moments[:-1]])


def moments_of(days: int, now: datetime) -> list[datetime]:
    """Return where the columns of the chart begin and end: hours of one day, or days of UTC."""
    utc = now.astimezone(UTC)
    if days == 1:
        first = utc.replace(minute=0, second=0, microsecond=0) - timedelta(hours=23)
        return [first + timedelta(hours=hour) for hour in range(25)]
    first = utc.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    return [first + timedelta(days=day) for day in range(days + 1)]


def shown(
    parts: Sequence[Figures],
    moments: Sequence[datetime],
    names: Mapping[str, str],
    mean: float | None,
) -> dict[str, Any]:
    """Return what the template draws; `mean` is how long people took to decide, in seconds."""
    found = together(parts)
    every = found.runs_by(lambda place: "").get("", Runs())
    spans = [part.runs_by(lambda place: "").get("", Runs()).counts for part in parts]
    words = {name: _words(name) for name in COLOURS}
    labels = [_label(moment, len(parts)) for moment in moments[:-1]]
    models = found.calls_by_model()
    return {
        "empty": not every.total and not models,
        "tiles": _tiles(every, added(one.took for one in models.values()), mean),
        "width": WIDTH,
        "height": HEIGHT,
        "bars": stacked(
            spans,
            COLOURS,
            lambda at, name, size: f"{labels[at]} · {words[name]} · {size:,}",
        ),
        "legend": [(words[name], colour) for name, colour in COLOURS.items()],
        "first": labels[0],
        "last": labels[-1],
        "spans": {
            "headers": [_("When"), *words.values(), _("All")],
            "rows": [
                [label, *(span[name] for name in COLOURS), span.total()]
                for label, span in zip(labels, spans, strict=True)
            ],
        },
        "by_flow": _flow_table(found.runs_by(lambda place: place[0]), names),
        "by_model": _model_table(models),
        "errors": _error_table(every.errors, models),
    }


def _tiles(every: Runs, took: Took, mean: float | None) -> list[Any]:
    failed = every.counts.get(RunStatus.FAILED, 0) + every.counts.get(RunStatus.TIMED_OUT, 0)
    over = sum(every.counts.get(name, 0) for name in OUTCOMES)
    return [
        {"title": _("Runs"), "value": f"{every.total:,}"},
        {"title": _("Failed"), "value": _share(failed, over)},
        {"title": _("Half took at most"), "value": _seconds(every.took.middle)},
        {"title": _("19 of 20 took at most"), "value": _seconds(every.took.slow)},
        {"title": _("19 of 20 began within"), "value": _seconds(every.queued.slow)},
        {"title": _("Cost of models"), "value": money(took.cost)},
        {"title": _("Tokens"), "value": f"{took.tokens_in + took.tokens_out:,}"},
        {"title": _("Answered from memory"), "value": _share(took.from_memory, took.calls)},
        *(
            [{"title": _("People decided after, on average"), "value": _seconds(mean)}]
            if mean is not None
            else []
        ),
    ]


def _flow_table(flows: Mapping[Any, Runs], names: Mapping[Any, str]) -> dict[str, Any]:
    ordered = sorted(flows.items(), key=lambda both: both[1].total, reverse=True)
    return {
        "headers": [
            _("Flow"), _("Runs"), *(_words(name) for name in COLOURS),
            _("Half took at most"), _("19 of 20 took at most"), _("19 of 20 began within"),
        ],
        "rows": [
            [
                names.get(flow, _("a flow that was deleted")),
                one.total,
                *(one.counts.get(name, 0) for name in COLOURS),
                *(_seconds(value) for value in (*_both(one.took), one.queued.slow)),
            ]
            for flow, one in ordered
        ],
    }  # fmt: skip


def _model_table(models: Mapping[str, Calls]) -> dict[str, Any]:
    return {
        "headers": [
            _("Model"), _("Calls"), _("From memory"), _("Failed"), _("Tokens read"),
            _("Tokens written"), _("Cost"), _("Half took at most"), _("19 of 20 took at most"),
        ],
        "rows": [
            [
                name,
                one.took.calls,
                _share(one.took.from_memory, one.took.calls),
                one.took.failed,
                f"{one.took.tokens_in:,}",
                f"{one.took.tokens_out:,}",
                money(one.took.cost),
                *(_seconds(value) for value in _both(one.seconds)),
            ]
            for name, one in models.items()
        ],
    }  # fmt: skip


def _error_table(errors: Mapping[str, int], models: Mapping[str, Calls]) -> dict[str, Any]:
    of_models: dict[str, int] = {}
    for one in models.values():
        for kind, count in one.errors.items():
            of_models[kind] = of_models.get(kind, 0) + count
    kinds = sorted({*errors, *of_models}, key=lambda kind: -errors.get(kind, 0))
    return {
        "headers": [_("What went wrong"), _("Failed runs"), _("Failed calls of models")],
        "rows": [
            [error_words(kind), errors.get(kind, 0), of_models.get(kind, 0)] for kind in kinds
        ],
    }


def error_words(kind: str) -> str:
    """Return a class of errors in words."""
    words = {
        "network": _("No answer from the other side"),
        "timeout": _("It took too long"),
        "status_429": _("The other side was asked too often"),
        "status_5xx": _("The other side had trouble"),
        "status_4xx": _("The other side refused"),
        "bad_answer": _("The answer could not be used"),
        "lost": _("Not known: the worker died in the middle"),
        "input": _("The data or the settings were wrong"),
        "code": _("A formula or code failed"),
        "budget": _("A budget was used up"),
    }
    return words.get(kind, _("Something else"))


def _words(outcome: str) -> str:
    return _("Not over yet") if outcome == GOES_ON else state_words(outcome)


def _both(spread: Spread) -> tuple[float | None, float | None]:
    return spread.middle, spread.slow


def _share(part: int, whole: int) -> str:
    if not whole:
        return "–"
    return f"{number_format(part / whole * 100, decimal_pos=1)} %"


def _seconds(value: float | None) -> str:
    if value is None:
        return "–"
    if value >= 5_400:
        return _("%s h") % number_format(value / 3600, decimal_pos=1)
    if value >= 90:
        return _("%s min") % number_format(value / 60, decimal_pos=1)
    return _("%s s") % number_format(value, decimal_pos=0 if value >= 10 else 2)


def _label(moment: datetime, columns: int) -> str:
    if columns == HOURS:
        return date_format(timezone.localtime(moment), "H:i")
    return date_format(moment.date())


def _found(workspace_id: UUID, days: int, now: datetime) -> list[Figures]:
    name = f"figures/{workspace_id}/{days}"
    kept: list[Figures] | None = cache.get(name)
    if kept is None or len(kept) != len(moments_of(days, now)) - 1:
        kept = gathered(workspace_id, days, now)
        cache.set(name, kept, KEPT_SECONDS)
    return kept


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked) in DAYS else 7


def _flow(request: HttpRequest, flows: Mapping[UUID, str]) -> UUID | None:
    asked = request.GET.get("flow", "")
    return next((flow for flow in flows if str(flow) == asked), None)


def _mode(request: HttpRequest) -> str:
    asked = request.GET.get("mode", "")
    return asked if asked in RunMode.values else ""
