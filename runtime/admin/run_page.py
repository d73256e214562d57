"""What a run's page shows: its steps, its tries and its log, in the order they happened."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from runtime.admin.cells import badge, duration, link, moment, state_words, subtle
from runtime.api.shapes import nodes_by_key, value_of
from runtime.models import Attempt, AttemptStatus, LogLine, Run, Step, StepStatus, WaitKind
from runtime.registry import registry
from runtime.services.access import access
from runtime.services.again_words import told_words
from runtime.services.approvals import questions_of
from runtime.services.call_flow import SENT
from runtime.services.model_costs import Took, added, money, took_by_step, took_by_try
from runtime.services.read_waits import OpenWait, open_waits, wait_address
from runtime.services.spoken import spoken, spoken_error
from runtime.services.starters import names_of_starters, starter_words
from runtime.services.why_waiting import why_not_finished

MOST_CALLED = 50
MOST = 500  # rows of each table; the canvas pages through more
LONGEST = 4_000  # characters of a value


def run_page(run: Run, request: HttpRequest) -> dict[str, Any]:
    """Return the page's context."""
    flows = access().flow_names(frozenset({run.flow_id} if run.flow_id else ()))
    name = next(iter(flows.values()), _("A flow that was deleted"))
    steps = list(Step.objects.filter(run=run).defer("output", "origins").order_by("seq")[:MOST])
    tries = list(Attempt.objects.filter(run=run).defer("output").order_by("seq")[:MOST])
    lines = list(LogLine.objects.filter(run=run).order_by("seq")[:MOST])
    took, tries_took = took_by_step(run), took_by_try(run)
    waiting = {(s.node, s.iteration) for s in steps if s.status == StepStatus.WAITING}
    return {
        "title": name,
        "subtitle": None,
        "run": run,
        "run_badge": badge(run.status, state_words(run.status)),
        "run_starter": starter_words(run.started_by, run.started_key, names_of_starters([run])),
        "run_took": duration(run.started_at, run.finished_at),
        "run_began": moment(run.started_at or run.created_at),
        "run_why": why_not_finished(run),
        "run_error": spoken_error(value_of(run.error)),
        "run_input": _pretty(run.input),
        "run_output": _pretty(run.output),
        "canvas_url": (
            reverse("canvas-run", args=[run.flow_id, run.id]) if run.flow_id in flows else None
        ),
        "again_url": (
            reverse("admin:builder_run_again", args=[run.id])
            if run.over and run.flow_id in flows and request.user.has_perm("builder.run_flow", run)
            else None
        ),
        "keep_url": (
            reverse("admin:builder_run_keep", args=[run.id])
            if run.over
            and run.flow_id in flows
            and request.user.has_perm("builder.change_flow", run)
            else None
        ),
        "before_url": _url_of(run.again_of),
        "caller_url": _url_of(run.parent_run_id),
        "called": _called(run),
        "again": told_words(
            run.again, {k: n.name for k, n in nodes_by_key(run.snapshot_id).items()}
        ),
        "may_stop": not run.over and request.user.has_perm("runtime.cancel_run", run),
        "took_words": took_words(added(took.values())),
        "waits": {"headers": _wait_headers(), "rows": _wait_rows(run, request)},
        "decisions": {"headers": _decision_headers(), "rows": _decision_rows(run)},
        "steps": {
            "headers": _step_headers(),
            "rows": [_step_row(run, step, took) for step in steps],
        },
        "tries": {
            "headers": _try_headers(),
            "rows": [_try_row(run, one, waiting, tries_took) for one in tries],
        },
        "lines": {"headers": _line_headers(), "rows": [_line_row(run, line) for line in lines]},
        "cut_short": MOST if MOST in {len(steps), len(tries), len(lines)} else None,
    }


def _names(run: Run) -> dict[str, str]:
    return {key: node.name for key, node in nodes_by_key(run.snapshot_id).items()}


def _url_of(other: UUID | None) -> str | None:
    """Return where another run is shown, if that is still there."""
    if other is None or not Run.objects.filter(id=other).exists():
        return None
    return reverse("admin:runtime_run_change", args=[other])


def _called(run: Run) -> list[dict[str, str]]:
    """Return the runs of other flows that this one started."""
    rows = Run.objects.filter(parent_run_id=run.id, workspace_id=run.workspace_id).order_by("id")
    return [
        {
            "url": reverse("admin:runtime_run_change", args=[row.id]),
            "badge": badge(row.status, state_words(row.status)),
            "began": moment(row.created_at),
        }
        for row in rows[:MOST_CALLED]
    ]


def trigger_words(kind: str) -> str:
    """Return in words what started a run."""
    if kind == SENT:
        return _("Another flow, which does not wait for it")
    infos = (node_type.trigger for node_type in registry().values())
    return next((spoken(info.label) for info in infos if info and info.kind == kind), kind)


def _wait_headers() -> list[str]:
    return [_("Step"), _("Item"), _("Waits for"), _("Until"), _("Where it is answered")]


def _wait_rows(run: Run, request: HttpRequest) -> list[list[Any]]:
    return [
        [
            _named(run, wait.key, wait.iteration),
            _("all") if wait.item < 0 else wait.item + 1,
            wait.words,
            moment(wait.until),
            _where(wait, run, request),
        ]
        for wait in open_waits(run)
    ]


def _where(wait: OpenWait, run: Run, request: HttpRequest) -> SafeString | str:
    address = wait_address(wait, run, request)
    if address is None:
        return "–"
    if wait.kind == WaitKind.APPROVAL:
        return link(reverse("inbox-question", args=[wait.id]), _("Decide"))
    return _wrapped(address)


def _decision_headers() -> list[str]:
    return [_("Question"), _("Decision"), _("By"), _("When"), _("Note")]


def _decision_rows(run: Run) -> list[list[Any]]:
    """Return what people decided in this run."""
    return [
        [
            _wrapped(asked.question),
            badge("succeeded", _("Approved")) if said.approved else badge("failed", _("Rejected")),
            said.by,
            moment(said.at),
            _wrapped(said.note or "–"),
        ]
        for asked in questions_of(run)
        if (said := asked.decided) is not None
    ]


def _step_headers() -> list[str]:
    return [_("Step"), _("Status"), _("Tries"), _("Items"), _("Took"), _("Models"), _("Why")]


def _step_row(run: Run, step: Step, took: Mapping[tuple[str, str], Took]) -> list[Any]:
    out = sum((value_of(step.items_out) or {}).values())
    return [
        _named(run, step.node, step.iteration),
        badge(step.status, state_words(step.status)),
        step.attempts or "–",
        _("%(into)d in, %(out)d out") % {"into": step.items_in, "out": out},
        duration(step.started_at, step.finished_at),
        took_words(took.get((step.node, step.iteration))) or "–",
        _wrapped(_message(step.error) or spoken(step.why or "")),
    ]


def _try_headers() -> list[str]:
    return [
        _("Step"),
        _("Item"),
        _("Try"),
        _("Status"),
        _("Started"),
        _("Took"),
        _("Models"),
        _("What happened"),
    ]


def _try_row(
    run: Run,
    one: Attempt,
    waiting: set[tuple[str, str]],
    took: Mapping[tuple[str, str, int, int], Took],
) -> list[Any]:
    parked = one.status == AttemptStatus.RUNNING and (one.node, one.iteration) in waiting
    status = StepStatus.WAITING if parked else one.status
    return [
        _named(run, one.node, one.iteration),
        _("all") if one.item < 0 else one.item + 1,
        one.number,
        badge(status, state_words(status)),
        moment(one.started_at),
        duration(one.started_at, one.finished_at),
        took_words(took.get((one.node, one.iteration, one.item, one.number))) or "–",
        _wrapped(" · ".join(part for part in (_message(one.error), spoken(one.why or "")) if part)),
    ]


def took_words(took: Took | None) -> str:
    """Return what models took as people read it; nothing where none was asked."""
    if took is None or not took.calls:
        return ""
    words = _("%(cost)s · %(tokens)s tokens") % {
        "cost": money(took.cost),
        "tokens": f"{took.tokens_in + took.tokens_out:,}",
    }
    if not took.from_memory:
        return words
    return f"{words} · {_('%(saved)s saved') % {'saved': money(took.saved)}}"


def _line_headers() -> list[str]:
    return [_("Time"), _("Step"), _("Kind"), _("Message")]


def _line_row(run: Run, line: LogLine) -> list[Any]:
    message = spoken(line.message)
    if line.data:
        message = f"{message}  {line.data[:LONGEST]}"
    return [
        subtle(moment(line.at)),
        _named(run, line.node, line.iteration),
        badge(line.level, line.get_level_display()),
        _wrapped(message),
    ]


def _named(run: Run, key: str, iteration: str) -> SafeString:
    """Return the step's name, with the round it ran in."""
    node = nodes_by_key(run.snapshot_id).get(key)
    name = format_html(
        '<strong class="font-medium text-important">{}</strong>', node.name if node else key
    )
    if not iteration:
        return name
    rounds = ", ".join(str(int(part.rsplit(":", 1)[-1]) + 1) for part in iteration.split("/"))
    return format_html("{} {}", name, subtle(_("round %s") % rounds))


def _message(error: str | None) -> str:
    value = value_of(error)
    if isinstance(value, dict):
        return spoken(str(value.get("message", "")))
    return spoken(str(value or ""))


def _wrapped(text: str) -> SafeString:
    """Return text that wraps instead of widening its table."""
    return format_html('<span class="break-words whitespace-pre-wrap">{}</span>', text)


def _pretty(text: str | None) -> str | None:
    if not text:
        return None
    pretty = json.dumps(_plain(json.loads(text)), indent=2, ensure_ascii=False)
    return pretty if len(pretty) <= LONGEST else pretty[:LONGEST] + "\n…"


def _plain(value: Any) -> Any:
    """Return what the items hold, without their wrapping: one value where there is one item."""
    items = value if isinstance(value, list) else []
    if not items or not all(isinstance(item, dict) and set(item) == {"json"} for item in items):
        return value
    values = [item["json"] for item in items]
    return values[0] if len(values) == 1 else values
