"""Accepts a run: committed first, announced afterwards."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from runtime.graph.document import Document
from runtime.models.ids import uuid7
from runtime.registry import registry
from runtime.sdk.items import Item, Json
from runtime.sdk.schedules import zone_named
from runtime.services.announce import announce
from runtime.services.engine_connection import engine_connection
from runtime.services.fire_schedules import what_came
from runtime.services.limits import priority_of, slot_of, stored_limits
from runtime.services.schedules import scheduled, zone_of
from runtime.services.snapshots import save_snapshot
from runtime.store.accept import MACHINE, Accepted, NewRun, Starter, accept
from runtime.store.dialect import DatabaseDownError
from runtime.store.prefill import PinnedStep


@dataclass(frozen=True, slots=True)
class RunRef:
    """An accepted run."""

    id: UUID


class NothingStartsItError(Exception):
    """The flow has no trigger, or not the one that was asked for."""


class FlowBusyError(Exception):
    """The flow takes no more runs while others are under way."""


def start_run(
    *,
    workspace_id: UUID,
    document: Document,
    flow_id: UUID | None = None,
    version: int | None = None,
    mode: str = "test",
    trigger_key: str | None = None,
    items: Sequence[Json] | None = (),
    reply_to: str | None = None,
    pins: Mapping[str, Mapping[str, Sequence[Item]]] | None = None,
    by: Starter = MACHINE,
) -> RunRef:
    """Start a run of a document; raises NothingStartsItError, FlowBusyError, DatabaseDownError.

    Where no items are given, it begins with what its trigger would bring at this moment. `pins` are
    results that stand in for steps, by their keys; what is given counts more than them.
    """
    key, kind = _trigger(document, trigger_key)
    pinned = dict(pins or {})
    begin = pinned.pop(key, None)
    begins = _begins(items, begin, document, key)
    limits = stored_limits(document.settings)
    data = begins[0].json if begins else None
    snapshot = save_snapshot(workspace_id, document)
    run = NewRun(
        id=uuid7(),
        workspace_id=workspace_id,
        flow_id=flow_id,
        version=version,
        snapshot_id=snapshot.id,
        mode=mode,
        trigger_key=key,
        trigger_kind=kind,
        items=begins,
        created_at=time.time(),
        deadline_seconds=document.settings.deadline_seconds,
        reply_to=reply_to,
        priority=priority_of(limits),
        slot=slot_of(limits, flow_id, mode, data),
        pins=[PinnedStep(name, outputs) for name, outputs in pinned.items()],
        by=by,
    )
    return accept_run(run)


def accept_run(run: NewRun) -> RunRef:
    """Commit a run, then announce it; raises FlowBusyError, DatabaseDownError."""
    try:
        accepted = _accept(run)
    except DatabaseDownError:
        # A session may be gone since it was last used, or went with the answer to its commit: a
        # run that is kept must not be reported as lost.
        accepted = _accept(run)
    if accepted.busy:
        raise FlowBusyError("This flow takes no more runs while others are under way.")
    announce([accepted.run_id])
    return RunRef(accepted.run_id)


def _accept(run: NewRun) -> Accepted:
    with engine_connection() as db:
        return accept(db, [run])[0]


def _begins(
    items: Sequence[Json] | None,
    pinned: Mapping[str, Sequence[Item]] | None,
    document: Document,
    key: str,
) -> Sequence[Item]:
    if items is not None:
        return [Item(value) for value in items]
    found = next((there for there in (pinned or {}).values() if there), None)
    return found or [Item(_brought_now(document, key))]


def _brought_now(document: Document, key: str) -> Json:
    for spec, schedule in scheduled(document):
        if spec.key == key:
            name, now = zone_of(schedule), time.time()
            return what_came(now, now, zone_named(name) or UTC, name, 0)
    return {}


def _trigger(document: Document, wanted: str | None) -> tuple[str, str]:
    types = registry()
    found = [
        (node.key, info.kind)
        for node in document.nodes
        if node.type in types
        and (info := types[node.type].trigger) is not None
        and not node.disabled
    ]
    if wanted is not None:
        found = [trigger for trigger in found if trigger[0] == wanted]
        if not found:
            raise NothingStartsItError(f"The flow has no trigger called “{wanted}”.")
    if not found:
        raise NothingStartsItError("Nothing starts this flow. Add a trigger first.")
    # Somebody presses a button: a trigger made for that comes first.
    return next((trigger for trigger in found if trigger[1] == "manual"), found[0])
