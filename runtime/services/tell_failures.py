"""Starts the flows that want to know of failures: each once for each run that failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from runtime.models.ids import uuid7
from runtime.sdk.items import Item, Json
from runtime.services.limits import priority_of, slot_of
from runtime.store.accept import NewRun, accept
from runtime.store.dialect import Connection
from runtime.store.entries import FoundEntry, live_entries

KIND = "failure"
LOOKS_BACK_SECONDS = 3600.0  # after everything was down; older failures are no news
OVERLAP_SECONDS = 30.0  # ends are committed a little later than they are dated
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Failed:
    id: UUID
    workspace_id: UUID
    flow_id: UUID
    about: dict[str, Json]
    at: float


@dataclass(slots=True)
class FailureTeller:
    """One worker's looks; what several of them see is started once, by its delivery key."""

    since: float | None = None
    told: set[UUID] = field(default_factory=set)

    def tell(self, db: Connection) -> list[UUID]:
        """Accept runs for failures that were not told yet; returns the new runs."""
        entries = live_entries(db, KIND)
        if not entries:
            return []
        now = db.now()
        since = now - LOOKS_BACK_SECONDS if self.since is None else self.since
        failed = [run for run in _failed(db, since) if run.id not in self.told]
        runs = [_run(entry, run, now) for run in failed for entry in entries if _wants(entry, run)]
        accepted = accept(db, runs) if runs else []
        self.told.update(run.id for run in failed)
        if len(failed) < AT_ONCE:
            self.since = now - OVERLAP_SECONDS
            self.told = {run.id for run in failed if run.at >= self.since} | (
                self.told if len(self.told) < 10_000 else set()
            )
        return [answer.run_id for answer in accepted if answer.fresh]


def _failed(db: Connection, since: float) -> list[_Failed]:
    """Live runs that failed since then, but for those that were told of a failure themselves."""
    rows = db.run(
        "SELECT id, workspace_id, flow_id, status, reason, error, trigger_kind, version, "  # noqa: S608
        "finished_at FROM runtime_run WHERE status IN ('failed', 'timed_out') "
        "AND finished_at >= %s AND mode = 'live' AND flow_id IS NOT NULL "
        f"AND trigger_kind <> 'failure' ORDER BY finished_at LIMIT {AT_ONCE:d}",
        (db.time(since),),
    )
    found = []
    for *ids, status, reason, error, kind, version, at in rows:
        run, workspace, flow = (db.uuid(value) for value in ids)
        if run is None or workspace is None or flow is None:
            continue
        details = orjson.loads(error) if error else {}
        about: dict[str, Json] = {
            "run": str(run),
            "flow": str(flow),
            "version": version,
            "status": status,
            "reason": reason,
            "step": details.get("node_label"),
            "message": details.get("message"),
            "started_by": kind,
        }
        found.append(_Failed(run, workspace, flow, about, db.seconds(at) or 0.0))
    return found


def _wants(entry: FoundEntry, run: _Failed) -> bool:
    """Whether a flow asked to hear of this one; never of itself."""
    chosen = entry.settings.get("flow")
    ours = entry.workspace_id == run.workspace_id and entry.flow_id != run.flow_id
    return ours and (not chosen or str(chosen) == str(run.flow_id))


def _run(entry: FoundEntry, failed: _Failed, now: float) -> NewRun:
    limits: dict[str, Any] = entry.settings.get("limits") or {}
    return NewRun(
        id=uuid7(),
        workspace_id=entry.workspace_id,
        flow_id=entry.flow_id,
        version=entry.version,
        snapshot_id=entry.snapshot_id,
        mode="live",
        trigger_key=entry.node,
        trigger_kind=KIND,
        items=[Item(dict(failed.about))],
        created_at=now,
        deadline_seconds=float(entry.settings.get("deadline_seconds", 3600)),
        priority=priority_of(limits),
        delivery=(entry.id, str(failed.id), KIND),
        slot=slot_of(limits, entry.flow_id, "live", dict(failed.about)),
    )
