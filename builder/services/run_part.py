"""Runs a part of a draft: one step, what leads to it, or what follows from it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from builder.models import Flow
from builder.services.documents import read_document, refuse_serious
from builder.services.pin_data import pinned_outputs
from builder.services.prompt_problems import problems_here
from builder.services.refusals import NotPossibleError
from builder.services.run_flow import as_items, note_started
from runtime.graph.part import Extent
from runtime.models import Run
from runtime.services.notices import Person
from runtime.services.plan_part import CannotRunPartError, Part, Pins, plan_part
from runtime.services.run_part import best_part, data_runs
from runtime.services.run_part import run_part as start_part
from runtime.services.start_run import FlowBusyError
from runtime.services.starters import starter_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `run`: only of this run may data be used; `given`: what it begins with."""

    step: str
    extent: Extent
    run: Run | None = None
    given: Any = None


def look_at_part(flow: Flow, asked: Asked) -> dict[str, Any]:
    """Say what would be done and whose data would be used; raises NotPossibleError."""
    part, base, _pins = _planned(flow, asked)
    return {
        "doing": _named(part, part.doing),
        "kept": _named(part, [key for key in part.takeover.kept if key not in part.doing]),
        "pinned": _named(part, part.pinned),
        "acts": _named(part, part.acts),
        "lacking": _named(part, part.lacking),
        "run": str(base.id) if base is not None else None,
    }


def run_part(flow: Flow, asked: Asked, *, agreed: Collection[str], actor: Person) -> UUID:
    """Return the id of the run; raises NotPossibleError, HasProblemsError.

    Steps that reach outside without being the one asked for are only done where they are `agreed`.
    """
    part, base, pins = _planned(flow, asked)
    if part.lacking:
        raise NotPossibleError(
            _("There is no data of %(names)s yet. Choose “Run to here”, or pin data there.")
            % {"names": _quoted(part, part.lacking)}
        )
    not_asked = [key for key in part.acts if key not in agreed]
    if not_asked:
        raise NotPossibleError(
            _("This would also do %(names)s, which reaches outside. Agree to that first.")
            % {"names": _quoted(part, not_asked)}
        )
    document = read_document(flow.draft)
    refuse_serious(
        [issue for issue in problems_here(document, flow.workspace_id) if issue.key in part.doing]
    )
    given = None if asked.given is None else as_items(asked.given)
    try:
        run = start_part(
            flow.workspace_id,
            flow.id,
            part,
            base,
            pins,
            key=asked.step,
            given=given,
            by=starter_of(actor),
        )
    except (CannotRunPartError, FlowBusyError) as error:
        raise NotPossibleError(str(error)) from None
    note_started(run.id, flow, actor, None)
    return run.id


def _planned(flow: Flow, asked: Asked) -> tuple[Part, Run | None, Pins]:
    document = read_document(flow.draft)
    pins = pinned_outputs(flow, document)
    try:
        if asked.given is not None:
            return plan_part(document, asked.step, asked.extent, pins, None), None, pins
        if asked.run is not None:
            part = plan_part(document, asked.step, asked.extent, pins, asked.run)
            return part, asked.run, pins
        runs = data_runs(flow.workspace_id, flow.id)
        return *best_part(document, asked.step, asked.extent, pins, runs), pins
    except CannotRunPartError as error:
        raise NotPossibleError(str(error)) from None


def _named(part: Part, keys: Sequence[str]) -> list[dict[str, str]]:
    return [{"key": key, "name": part.names.get(key, key)} for key in keys]


def _quoted(part: Part, keys: Sequence[str]) -> str:
    return ", ".join(f"“{part.names.get(key, key)}”" for key in keys)
