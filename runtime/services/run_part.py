"""Accepts a run of a part of a draft, as an ordinary test run with data laid down beforehand."""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from runtime.graph.document import Document, NodeSpec
from runtime.graph.part import Extent
from runtime.models import Run, RunMode
from runtime.models.ids import uuid7
from runtime.registry import registry
from runtime.sdk.items import Item, Json
from runtime.services.again_words import PART
from runtime.services.limits import priority_of, stored_limits
from runtime.services.plan_part import CannotRunPartError, Part, Pins, plan_part
from runtime.services.snapshots import save_snapshot
from runtime.services.start_run import RunRef, accept_run
from runtime.store.accept import MACHINE, NewRun, Starter
from runtime.store.prefill import NotKeptError, PinnedStep, Prefill

LOOK_BACK = 10  # runs in which data is looked for, the newest first


def best_part(
    document: Document, key: str, extent: Extent, pins: Pins, bases: Sequence[Run]
) -> tuple[Part, Run | None]:
    """The plan that does the least, and the run whose data it uses; raises CannotRunPartError.

    All data is of one run: what two runs gave does not belong together.
    """
    best: tuple[Part, Run | None] = (plan_part(document, key, extent, pins, None), None)
    for base in bases:
        part = plan_part(document, key, extent, pins, base)
        # With nothing to take from it, what it began with is still better than a sample.
        if len(part.doing) < len(best[0].doing) or (
            best[1] is None and base.trigger_key == part.trigger.key
        ):
            best = part, base
        if not _others(part, key):
            break
    return best


def data_runs(workspace_id: UUID, flow_id: UUID) -> list[Run]:
    """The runs of a flow that may have data for a part: the newest that are over."""
    rows = Run.objects.filter(workspace_id=workspace_id, flow_id=flow_id)
    recent = list(rows.order_by("-id").defer("output", "response")[: LOOK_BACK * 2])
    return [run for run in recent if run.over and run.input][:LOOK_BACK]


def run_part(
    workspace_id: UUID,
    flow_id: UUID,
    part: Part,
    base: Run | None,
    pins: Pins,
    *,
    key: str,
    given: Sequence[Json] | None = None,
    by: Starter = MACHINE,
) -> RunRef:
    """Start it; raises CannotRunPartError, FlowBusyError, DatabaseDownError."""
    run = NewRun(
        id=uuid7(),
        workspace_id=workspace_id,
        flow_id=flow_id,
        version=None,
        snapshot_id=save_snapshot(workspace_id, part.document).id,
        mode=RunMode.TEST,
        trigger_key=part.trigger.key,
        trigger_kind=part.trigger.type.trigger.kind if part.trigger.type.trigger else "manual",
        items=_items(part, base, pins, given),
        created_at=time.time(),
        deadline_seconds=part.document.settings.deadline_seconds,
        priority=priority_of(stored_limits(part.document.settings)),
        again_of=base.id if base is not None and part.takeover.steps else None,
        again=_told(part, key),
        by=by,
        prefill=_prefill(part, base),
        pins=[PinnedStep(name, pins[name]) for name in part.pinned],
    )
    try:
        return accept_run(run)
    except NotKeptError:
        raise CannotRunPartError(
            _("The run whose data would be used was deleted just now. Try it once more.")
        ) from None


def _items(
    part: Part, base: Run | None, pins: Pins, given: Sequence[Json] | None
) -> Sequence[Item]:
    """What the run begins with: what was given, what is pinned, what came before, a sample."""
    if given is not None:
        return [Item(value) for value in given]
    key = part.trigger.key
    if key in pins:
        return next((items for items in pins[key].values() if items), [])
    if base is not None and base.trigger_key == key:
        return [Item.load(item) for item in orjson.loads(base.input)]
    spec = next(node for node in part.document.nodes if node.key == key)
    return [Item(sample_of(spec))]


def sample_of(spec: NodeSpec) -> Json:
    """What a trigger may begin with before anything came: as written down, or as its kind shows."""
    written: Json = spec.params.get("sample")
    return written if written not in (None, "") else registry()[spec.type].output_sample or {}


def _prefill(part: Part, base: Run | None) -> Prefill | None:
    takeover = part.takeover
    if base is None or not (takeover.steps or takeover.loops or takeover.items):
        return None
    return Prefill(
        base.id,
        base.seq,
        takeover.steps,
        takeover.loops,
        takeover.items,
        {seq: orjson.dumps({"edge": edge}).decode() for seq, edge in takeover.edges.items()},
    )


def _told(part: Part, key: str) -> str:
    """See `services.again_words`."""
    kept = [name for name in part.takeover.kept if name not in part.doing]
    told = {"from": PART, "step": key, "on": "draft", "kept": kept, "redone": {}}
    return orjson.dumps(told).decode()


def _others(part: Part, key: str) -> list[str]:
    return [name for name in part.doing if name != key]
