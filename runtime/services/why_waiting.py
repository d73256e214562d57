"""Says in words why a run is not finished. Everything is read from rows; nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from runtime.graph.plan import Plan, PlanNode
from runtime.models import (
    Attempt,
    AttemptStatus,
    Run,
    RunStatus,
    Step,
    StepStatus,
    Wait,
    WaitKind,
    WaitStatus,
    Worker,
)
from runtime.sdk.loop import CONTINUE
from runtime.services.read_run import plan_of
from runtime.services.read_waits import pause_of

_NOT_OVER = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING)
_SETTLED = (StepStatus.SUCCEEDED, StepStatus.SKIPPED)


def why_not_finished(run: Run) -> str | None:
    """Return what the run waits for or works on, None where it is over."""
    if run.over:
        return None
    if run.cancel_requested:
        return _("It is being stopped.")
    if run.status == RunStatus.QUEUED:
        return _why_queued(run)
    parts = [_what_goes_on(run), _joins(run)]
    return " ".join(part for part in parts if part) or _("It is about to go on.")


# -- in the queue ------------------------------------------------------------------------------


def _why_queued(run: Run) -> str:
    if run.isolated:
        return _("It crashed its worker before, so it waits for a worker of its own.")
    if run.started_at is None and run.slot is not None:
        others = Run.objects.filter(slot=run.slot, status__in=_NOT_OVER, started_at__isnull=False)
        if others.count() >= (run.slot_limit or 1):
            return ngettext(
                "It waits until another run is over: the flow's settings allow %(most)d at once.",
                "It waits until others are over: the flow's settings allow %(most)d runs at once.",
                run.slot_limit or 1,
            ) % {"most": run.slot_limit}
    alive = Worker.objects.filter(dead=False, lease_until__gt=timezone.now())
    if not alive.exists():
        return _("No worker is running. Whoever runs this server has to start one.")
    if not alive.exclude(draining=True).exists():
        return _("The worker is being stopped. The run goes on when the next one has started.")
    return " ".join([_("It waits for a free worker."), *_ahead(run)])


def _ahead(run: Run) -> list[str]:
    """Who is in front: the more urgent, then its own flow's earlier ones; others take turns."""
    queued = Run.objects.filter(status=RunStatus.QUEUED, isolated=False)
    urgent = queued.filter(priority__lt=run.priority).count()
    level = queued.filter(priority=run.priority)
    own = Q(workspace_id=run.workspace_id, flow_id=run.flow_id)
    earlier = level.filter(own, id__lt=run.id).count()
    flows = level.exclude(own).values("workspace_id", "flow_id").distinct().count()
    words = []
    if urgent:
        words.append(
            ngettext("One run is more urgent.", "%(count)d runs are more urgent.", urgent)
            % {"count": urgent}
        )
    if earlier:
        words.append(
            ngettext(
                "One run of this flow came before it.",
                "%(count)d runs of this flow came before it.",
                earlier,
            )
            % {"count": earlier}
        )
    if flows:
        words.append(
            ngettext(
                "Runs of another flow take turns with it.",
                "Runs of %(count)d other flows take turns with it.",
                flows,
            )
            % {"count": flows}
        )
    return words


# -- held by a worker, or parked ---------------------------------------------------------------


def _what_goes_on(run: Run) -> str:
    if run.status == RunStatus.RUNNING and run.owner_id is not None:
        silent = Worker.objects.filter(id=run.owner_id, lease_until__lt=timezone.now()).first()
        if silent is not None:
            return _("Its worker has not been heard of; at %(when)s it was given up.") % {
                "when": _at(silent.lease_until)
            }
    return _waits(run) or _in_flight(run) or _next_try(run) or _begun(run)


def _waits(run: Run) -> str:
    open_ones = Wait.objects.filter(run=run, status=WaitStatus.OPEN)
    in_flight = Attempt.objects.filter(run=run, status=AttemptStatus.RUNNING)
    if run.status == RunStatus.RUNNING and in_flight.count() > open_ones.count():
        return ""  # what is under way matters more
    first = open_ones.order_by("due_at", "created_at").first()
    if first is None:
        return ""
    words = {"step": _label(run, first.node), "what": first.get_kind_display()}
    paused = pause_of(first)
    if paused:
        said = f"“{words['step']}”: {paused}"
    elif first.due_at is None:
        said = _("“%(step)s” waits for %(what)s.") % words
    elif first.kind == WaitKind.RETRY:
        said = _retry(run, first.node, first.due_at)
    else:
        said = _("“%(step)s” waits for %(what)s until %(when)s.") % {
            **words,
            "when": _at(first.due_at),
        }
    return _and_more(said, open_ones.count() - 1)


def _in_flight(run: Run) -> str:
    rows = Attempt.objects.filter(run=run, status=AttemptStatus.RUNNING)
    first = rows.order_by("started_at").first()
    if first is None or first.started_at is None:
        return ""
    words = {
        "step": _label(run, first.node),
        "when": _at(first.started_at),
        "number": first.number,
    }
    if first.number > 1:
        said = _("“%(step)s” has been under way since %(when)s; it is try %(number)d.") % words
    else:
        said = _("“%(step)s” has been under way since %(when)s.") % words
    return _and_more(said, rows.count() - 1)


def _next_try(run: Run) -> str:
    rows = Attempt.objects.filter(run=run, next_at__gt=timezone.now())
    first = rows.order_by("next_at").first()
    if first is None or first.next_at is None:
        return ""
    return _retry(run, first.node, first.next_at)


def _retry(run: Run, key: str, due: datetime) -> str:
    return _("“%(step)s” failed and is tried again at %(when)s.") % {
        "step": _label(run, key),
        "when": _at(due),
    }


def _begun(run: Run) -> str:
    plan = plan_of(run.snapshot_id)
    loops = [n.key for n in plan.nodes if n.is_loop] if plan is not None else []
    rows: QuerySet[Step] = Step.objects.filter(run=run, status=StepStatus.RUNNING)
    first = rows.exclude(node__in=loops).order_by("started_at").first()
    if first is None or first.started_at is None:
        return ""
    return _("“%(step)s” has been under way since %(when)s.") % {
        "step": _label(run, first.node),
        "when": _at(first.started_at),
    }


def _joins(run: Run) -> str:
    """The first step outside all rounds that has some of its wires and lacks others."""
    plan = plan_of(run.snapshot_id)
    if plan is None:
        return ""
    rows = dict(Step.objects.filter(run=run, iteration="").values_list("node", "status"))
    for node in plan.nodes:
        if node.key in rows or node.around:
            continue
        sources = _sources(plan, node)
        missing = [s for s in sources if rows.get(s.key) not in _SETTLED]
        if missing and len(missing) < len(sources):
            names = ", ".join(f"“{source.label}”" for source in missing)
            return _("“%(step)s” waits for %(names)s.") % {"step": node.label, "names": names}
    return ""


def _sources(plan: Plan, node: PlanNode) -> list[PlanNode]:
    edges = [e for e in node.incoming if not (node.is_loop and e.target_port == CONTINUE)]
    return [plan.nodes[index] for index in dict.fromkeys(edge.source for edge in edges)]


def _and_more(said: str, more: int) -> str:
    if more <= 0:
        return said
    words = ngettext("One more is like that.", "%(count)d more are like that.", more)
    return f"{said} {words % {'count': more}}"


def _at(moment: datetime) -> str:
    at = moment.astimezone(UTC)
    today = at.date() == timezone.now().date()
    return date_format(at, "H:i:s" if today else "j M Y, H:i") + " UTC"


def _label(run: Run, key: str) -> str:
    plan = plan_of(run.snapshot_id)
    node = plan.find(key) if plan is not None else None
    return node.label if node is not None else key
