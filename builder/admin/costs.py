"""*Costs*: what models took, by day, model, flow and person, as a chart, tables and a file."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from builder.admin.bars import HEIGHT, WIDTH, Bar, stacked
from builder.models import Flow
from runtime.admin.base import here
from runtime.admin.run_page import trigger_words
from runtime.api.base import Place
from runtime.services.access import access
from runtime.services.model_costs import Line, Took, added, costs_csv, lines, money
from runtime.services.starters import starter_words

PERIODS = (7, 30, 90)
COLOURS = ("#2f6fde", "#e8833a", "#2e9e6b", "#b455c8", "#c94f5d", "#7a8794")


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the pages' addresses; they go before those of the admin itself."""
    return [
        path("admin/costs/", site.admin_view(costs_page), name="costs"),
        path("admin/costs/file/", site.admin_view(costs_file), name="costs-file"),
    ]


def costs_page(request: HttpRequest) -> HttpResponse:
    """Show what models took."""
    found, days = _found(request), _days(request)
    names = _flow_names(request)
    people = _people(found)
    by_cost = any(line.took.cost for line in found)
    total = added(line.took for line in found)
    context = {
        **admin.site.each_context(request),
        "title": _("Costs"),
        "days": days,
        "periods": PERIODS,
        "empty": not found,
        "file_url": f"{reverse('costs-file')}?days={days}",
        "tiles": _tiles(total),
        "by_cost": by_cost,
        "bars": chart(found, days, by_cost=by_cost),
        "legend": list(zip(_models(found), COLOURS, strict=False)),
        "first": date_format(_first(days)),
        "last": date_format(_today()),
        "width": WIDTH,
        "height": HEIGHT,
        "models": _table(_("Model"), found, lambda line: line.model),
        "flows": _table(
            _("Flow"),
            found,
            lambda line: names.get(line.flow_id, _("a flow that was deleted")),
        ),
        "starters": _table(_("Who or what"), found, lambda line: _who(line, people)),
    }
    return TemplateResponse(request, "builder/admin/costs.html", context)


def costs_file(request: HttpRequest) -> HttpResponse:
    """Send the same, a line for each day, flow, model and who started it."""
    names = _flow_names(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="costs.csv"'
    found = _found(request)
    answer.write(costs_csv(found, names, _people(found)))
    return answer


def chart(found: Sequence[Line], days: int, *, by_cost: bool) -> list[Bar]:
    """Return the columns: a day each, one part a model, as high as its cost, or its tokens."""
    first, models = _first(days), _models(found)
    columns: list[dict[str, int]] = [{} for _day in range(days)]
    for line in found:
        day = (line.day - first).days
        model = line.model if line.model in models else models[-1]
        size = line.took.cost if by_cost else line.took.tokens_in + line.took.tokens_out
        columns[day][model] = columns[day].get(model, 0) + size

    def title(day: int, model: str, size: int) -> str:
        amount = money(size) if by_cost else f"{size:,}"
        return f"{date_format(first + timedelta(days=day))} · {model} · {amount}"

    return stacked(columns, dict(zip(models, COLOURS, strict=False)), title)


def _models(found: Sequence[Line]) -> list[str]:
    """The models that took most; the last colour is for all the others."""
    sums: dict[str, tuple[int, int]] = {}
    for line in found:
        cost, calls = sums.get(line.model, (0, 0))
        sums[line.model] = (cost + line.took.cost, calls + line.took.calls)
    ordered = sorted(sums, key=lambda name: sums[name], reverse=True)
    if len(ordered) <= len(COLOURS):
        return ordered
    return [*ordered[: len(COLOURS) - 1], _("Others")]


def _table(head: str, found: Sequence[Line], key: Callable[[Line], str]) -> dict[str, Any]:
    groups: dict[str, list[Took]] = {}
    for line in found:
        groups.setdefault(key(line), []).append(line.took)
    sums = sorted(
        ((name, added(parts)) for name, parts in groups.items()),
        key=lambda both: (both[1].cost, both[1].calls),
        reverse=True,
    )
    return {
        "headers": [
            head,
            _("Calls"),
            _("Tokens read"),
            _("Tokens written"),
            _("Cost"),
            _("Saved by kept answers"),
            _("Failed"),
        ],
        "rows": [
            [
                name,
                took.calls,
                f"{took.tokens_in:,}",
                f"{took.tokens_out:,}",
                money(took.cost),
                money(took.saved),
                took.failed,
            ]
            for name, took in sums
        ],
    }


def _tiles(total: Took) -> list[dict[str, Any]]:
    return [
        {"title": _("Cost"), "value": money(total.cost)},
        {"title": _("Saved by kept answers"), "value": money(total.saved)},
        {"title": _("Calls"), "value": f"{total.calls:,}"},
        {"title": _("Tokens"), "value": f"{total.tokens_in + total.tokens_out:,}"},
    ]


def _found(request: HttpRequest) -> Sequence[Line]:
    workspace_id = here(request)
    target: Any = Place(workspace_id) if workspace_id is not None else None
    if workspace_id is None or not request.user.has_perm("runtime.view_run", target):
        raise PermissionDenied
    return lines(workspace_id, _days(request))


def _people(found: Sequence[Line]) -> dict[int, str]:
    return access().people({line.person for line in found if line.person is not None})


def _who(line: Line, people: dict[int, str]) -> str:
    """Return who started what took this; where nobody did, what did."""
    if line.person is not None:
        return starter_words(line.person, line.key, people)
    return trigger_words(line.kind) if line.kind else _("not known")


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked) in PERIODS else 30


def _flow_names(request: HttpRequest) -> dict[Any, str]:
    workspace_id = here(request)
    rows = Flow.objects.in_workspace(workspace_id) if workspace_id else Flow.objects.none()
    return dict(rows.values_list("id", "name"))


def _today() -> date:
    return timezone.now().date()


def _first(days: int) -> date:
    return _today() - timedelta(days=days - 1)
