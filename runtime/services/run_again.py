"""Accepts a run that repeats another one: what stands of that is copied in the same commit."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from runtime.engine.again import FAILURE, START
from runtime.graph.document import Document
from runtime.models import Run, Snapshot
from runtime.models.ids import uuid7
from runtime.sdk.items import Item
from runtime.services.limits import priority_of, slot_of, stored_limits
from runtime.services.plan_again import CannotRepeatError, Repetition, plan_again
from runtime.services.snapshots import save_snapshot
from runtime.services.start_run import RunRef, accept_run
from runtime.store.accept import MACHINE, NewRun, Starter
from runtime.store.prefill import NotKeptError, Prefill


@dataclass(frozen=True, slots=True)
class Target:
    """What a run is repeated on; `name` is same, live or draft."""

    name: str
    document: Document
    version: int | None
    mode: str


def run_again(
    run: Run,
    target: Target,
    *,
    since: str | None = None,
    replays: UUID | None = None,
    by: Starter = MACHINE,
) -> RunRef:
    """Repeat a run; raises CannotRepeatError, FlowBusyError, DatabaseDownError.

    With `replays` nothing is sent: outside calls are answered by what that run recorded.
    """
    since = since or START
    repetition = plan_again(run, target.document, since, live=target.mode == "live")
    limits = stored_limits(target.document.settings)
    items = [Item.load(item) for item in orjson.loads(run.input)]
    new = NewRun(
        id=uuid7(),
        workspace_id=run.workspace_id,
        flow_id=run.flow_id,
        version=target.version,
        snapshot_id=_snapshot(run, target),
        mode=target.mode,
        trigger_key=run.trigger_key,
        trigger_kind=run.trigger_kind,
        items=items,
        created_at=time.time(),
        deadline_seconds=target.document.settings.deadline_seconds,
        priority=priority_of(limits),
        slot=slot_of(limits, run.flow_id, target.mode, items[0].json if items else None),
        again_of=run.id,
        again=_told(repetition, since, target.name),
        replays=replays,
        by=by,
        prefill=_prefill(run, repetition),
    )
    try:
        return accept_run(new)
    except NotKeptError:
        raise CannotRepeatError(
            _("This run is not kept any longer: it was deleted while you looked at it.")
        ) from None


def _snapshot(run: Run, target: Target) -> UUID:
    if target.name == "same":
        return run.snapshot_id
    return save_snapshot(run.workspace_id, target.document).id


def _prefill(run: Run, repetition: Repetition) -> Prefill | None:
    takeover = repetition.takeover
    if not (takeover.steps or takeover.loops or takeover.items):
        return None
    return Prefill(
        run.id,
        run.seq,
        takeover.steps,
        takeover.loops,
        takeover.items,
        {seq: orjson.dumps({"edge": edge}).decode() for seq, edge in takeover.edges.items()},
        run.response if takeover.answered else None,
    )


def _told(repetition: Repetition, since: str, on: str) -> str:
    """What the new run keeps about how it came to be; see `services.again_words`."""
    takeover = repetition.takeover
    told = {
        "from": {START: "start", FAILURE: "failure"}.get(since, "step"),
        "step": None if since in (START, FAILURE) else since,
        "on": on,
        "kept": takeover.kept,
        "redone": {key: [redone.why, redone.after] for key, redone in takeover.redone.items()},
    }
    return orjson.dumps(told).decode()


def since_words(begin: str, step: str | None) -> str:
    """Where to begin, as `plan_again` takes it: `start`, `failure`, or `step` with its key."""
    if begin == "step" and step:
        return step
    return FAILURE if begin == "failure" else START


def same_target(run: Run, document: Document) -> Target:
    """The very graph the run was made on."""
    return Target("same", document, run.version, run.mode)


def document_of(run: Run) -> str:
    """The graph the run was made on, as canonical JSON."""
    return Snapshot.objects.only("document").get(id=run.snapshot_id).document
