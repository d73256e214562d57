"""Repeats a run: on its own version, on the live one, or on the draft."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from builder.models import Flow
from builder.services.audit import record
from builder.services.documents import read_document
from builder.services.refusals import NotPossibleError
from builder.services.run_flow import what_runs
from runtime.models import Run
from runtime.services.again_words import is_part, words_of
from runtime.services.notices import Person
from runtime.services.plan_again import CannotRepeatError, plan_again
from runtime.services.run_again import Target, document_of, run_again, same_target, since_words
from runtime.services.start_run import FlowBusyError
from runtime.services.starters import starter_of


def repeat_run(run: Run, *, begin: str, step: str | None, on: str, actor: Person) -> UUID:
    """Return the id of the new run; raises NotPossibleError, HasProblemsError."""
    flow = _flow(run)
    target = _target(run, flow, on)
    new = _accepted(run, target, run.replays, actor, since_words(begin, step))
    details = {"run": str(new), "again_of": str(run.id), "from": step or begin, "on": on}
    record("run_again", actor=actor, target=flow, details=details)
    return new


def replay_run(run: Run, *, actor: Person) -> UUID:
    """Try a recorded call on the draft: what goes outside is answered from the record."""
    flow = _flow(run)
    new = _accepted(run, _target(run, flow, "draft"), run.replays or run.id, actor)
    details = {"run": str(new), "again_of": str(run.id)}
    record("run_replayed", actor=actor, target=flow, details=details)
    return new


def look_ahead(run: Run, *, begin: str, step: str | None, on: str) -> dict[str, Any]:
    """Return in words what would stand and what would be done again."""
    try:
        target = _target(run, _flow(run), on)
        live = target.mode == "live"
        since = since_words(begin, step)
        return words_of(plan_again(run, target.document, since, live=live))
    except CannotRepeatError as error:
        raise NotPossibleError(str(error)) from None


def _accepted(
    run: Run, target: Target, replays: UUID | None, actor: Person, since: str | None = None
) -> UUID:
    try:
        by = starter_of(actor)
        return run_again(run, target, since=since, replays=replays, by=by).id
    except (CannotRepeatError, FlowBusyError) as error:
        raise NotPossibleError(str(error)) from None


def _flow(run: Run) -> Flow:
    flows = Flow.objects.filter(workspace_id=run.workspace_id)
    flow = flows.filter(id=run.flow_id).first() if run.flow_id else None
    if flow is None:
        raise NotPossibleError(_("The flow of this run was deleted, so it cannot run again."))
    return flow


def _target(run: Run, flow: Flow, on: str) -> Target:
    if on == "same":
        if is_part(run):
            raise NotPossibleError(
                _("Only a part of the flow ran here. Choose your draft, or run the step again.")
            )
        return same_target(run, read_document(document_of(run)))
    if on == "live" and run.replays is not None:
        raise NotPossibleError(
            _("This was a try in which nothing was sent. Run the call it repeats again instead.")
        )
    document, version = what_runs(flow, draft=on == "draft")
    return Target(on, document, version, "test" if on == "draft" else "live")
