"""Looks at a run that is over and says what running it again would do, before it happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from runtime.engine.again import FAILURE, START, PastStep, Takeover, failing, take_over
from runtime.graph.document import Document, canonical
from runtime.graph.parse import parse_stored
from runtime.graph.plan import Plan, UnknownNodeTypeError, compile_plan
from runtime.models import Attempt, AttemptStatus, Payload, Run, RunStatus, Snapshot, Step
from runtime.registry import registry
from runtime.sdk import Effect
from runtime.store.payloads import payload_hash

HASH_LENGTH = 100  # of an output's beginning: enough for a reference to a payload
_MAY_HAVE_HAPPENED = (AttemptStatus.LOST, AttemptStatus.RUNNING, AttemptStatus.CANCELLED)


class CannotRepeatError(Exception):
    """The run cannot be repeated so; the message says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """What stands, what is done anew; `acts` and `uncertain` are keys of outside effects.

    Those in `acts` happened before and happen again; of those in `uncertain` nobody knows whether
    they had happened.
    """

    plan: Plan
    takeover: Takeover
    acts: tuple[str, ...]
    uncertain: tuple[str, ...]


def plan_again(run: Run, document: Document, since: str, *, live: bool = False) -> Repetition:
    """Plan a repetition on a document, from START, FAILURE or a step; raises CannotRepeatError.

    In a live run nothing that a person pinned may stand.
    """
    if not run.over:
        raise CannotRepeatError(
            _("This run is not over yet. Stop it first, or wait until it has ended.")
        )
    if not run.input:
        raise CannotRepeatError(
            _("The data this run began with was removed meanwhile, so it cannot be repeated.")
        )
    new = _compiled(document)
    _find_start(run, new)
    old = _plan_before(run, new) if since != START else new
    past = past_steps(run) if since != START else []
    _find_step(run, new, past, since)
    takeover = take_over(old, new, past, since, {} if live else None)
    return Repetition(new, takeover, *_outside(run, new, takeover))


def past_steps(run: Run) -> list[PastStep]:
    """The run's recorded steps, without what they gave."""
    rows = list(
        Step.objects.filter(run=run)
        .annotate(beginning=Left("output", HASH_LENGTH))
        .values_list("node", "iteration", "seq", "status", "beginning", "item_errors", "taken")
    )
    hashes = {digest for row in rows if (digest := payload_hash(row[4])) is not None}
    there = set(
        Payload.objects.filter(workspace_id=run.workspace_id, sha256__in=hashes).values_list(
            "sha256", flat=True
        )
    )
    return [
        PastStep(
            node,
            iteration,
            seq,
            status,
            beginning is not None and payload_hash(beginning) in {None, *there},
            errors,
            orjson.loads(taken) if taken else {},
        )
        for node, iteration, seq, status, beginning, errors, taken in rows
    ]


def _compiled(document: Document) -> Plan:
    try:
        return compile_plan(document, registry())
    except UnknownNodeTypeError as error:
        raise CannotRepeatError(str(error)) from None


def _plan_before(run: Run, new: Plan) -> Plan:
    stored = Snapshot.objects.get(id=run.snapshot_id).document
    if stored == canonical(new.document):
        return new
    try:
        return compile_plan(parse_stored(stored), registry())
    except UnknownNodeTypeError as error:
        raise CannotRepeatError(
            _("%(why)s So nothing of this run can be taken over; run it again from the start.")
            % {"why": error}
        ) from None


def _find_start(run: Run, plan: Plan) -> None:
    if run.trigger_key not in {trigger.key for trigger in plan.triggers}:
        raise CannotRepeatError(
            _(
                "This run was started by the step “%(key)s”, and there is no such step now. "
                "Choose the version the run was made on, or test the draft with data of your own."
            )
            % {"key": run.trigger_key}
        )


def _find_step(run: Run, plan: Plan, past: Sequence[PastStep], since: str) -> None:
    if since == FAILURE:
        if run.status == RunStatus.SUCCEEDED and not failing(past):
            raise CannotRepeatError(
                _("Nothing failed in this run. Run it again from the start, or from a step.")
            )
    elif since != START and since not in plan.by_key:
        raise CannotRepeatError(
            _("There is no step called “%(key)s” there. Choose another step, or the start.")
            % {"key": since}
        )


def _outside(run: Run, plan: Plan, takeover: Takeover) -> tuple[tuple[str, ...], tuple[str, ...]]:
    again = [
        node.key
        for node in plan.nodes
        if node.effect is Effect.EXTERNAL and node.key not in takeover.kept
    ]
    tries: Any = Attempt.objects.filter(run=run, node__in=again)
    happened = set(tries.filter(status=AttemptStatus.SUCCEEDED).values_list("node", flat=True))
    open_ones = set(tries.filter(status__in=_MAY_HAVE_HAPPENED).values_list("node", flat=True))
    return (
        tuple(key for key in again if key in happened),
        tuple(key for key in again if key in open_ones),
    )
