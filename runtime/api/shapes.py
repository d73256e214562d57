"""Turns run-time rows into the JSON the API promises. Inner columns never leave by here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from runtime.models import Attempt, LogLine, Run, Snapshot, Step
from runtime.services.model_costs import BILLION, Took
from runtime.services.spoken import spoken, spoken_error, spoken_or_none
from runtime.services.starters import names_of_starters


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """What a person needs to know a step by."""

    id: str
    type: str
    name: str


@lru_cache(maxsize=256)
def _document(snapshot_id: UUID) -> str:
    # Snapshots never change, so keeping them by id is safe in every process.
    return Snapshot.objects.only("document").get(id=snapshot_id).document


@lru_cache(maxsize=256)
def nodes_by_key(snapshot_id: UUID) -> Mapping[str, NodeInfo]:
    """Return the snapshot's nodes by the keys that journal rows carry."""
    nodes = json.loads(_document(snapshot_id))["nodes"]
    return {
        node["key"]: NodeInfo(node["id"], node["type"], node.get("name") or node["key"])
        for node in nodes
    }


def graph_of(run: Run) -> dict[str, Any]:
    """Return the document the run was started with."""
    graph: dict[str, Any] = json.loads(_document(run.snapshot_id))
    return graph


def run_json(
    run: Run, flow_names: Mapping[UUID, str], people: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """Return a run as lists and events show it. `people`: who started runs, where known."""
    if people is None:
        people = names_of_starters([run])
    name = flow_names.get(run.flow_id) if run.flow_id else None
    return {
        "id": str(run.id),
        "flow": {"id": str(run.flow_id), "name": name} if name is not None else None,
        "version": run.version,
        "mode": run.mode,
        "status": run.status,
        "partial_errors": run.partial_errors,
        "trigger": {"key": run.trigger_key, "kind": run.trigger_kind},
        "started_by": run.started_by
        and {
            "id": run.started_by,
            "name": people.get(run.started_by),
            "key": run.started_key,
        },
        "created_at": iso(run.created_at),
        "started_at": iso(run.started_at),
        "finished_at": iso(run.finished_at),
        "duration_ms": duration_ms(run.started_at, run.finished_at),
        "reason": spoken_or_none(run.reason),
        "error": spoken_error(value_of(run.error)),
        "again_of": str(run.again_of) if run.again_of else None,
        "called_by": str(run.parent_run_id) if run.parent_run_id else None,
        "replays": run.replays is not None,
        "seq": run.seq,
    }


def step_json(step: Step, snapshot_id: UUID) -> dict[str, Any]:
    """Return a step; one that an older graph knew and this one does not keeps its key as name."""
    node = nodes_by_key(snapshot_id).get(step.node)
    return {
        "seq": step.seq,
        "key": step.node,
        "node": node.id if node else None,
        "type": node.type if node else None,
        "name": node.name if node else step.node,
        "iteration": step.iteration,
        "status": step.status,
        "attempts": step.attempts,
        "items_in": step.items_in,
        "items_out": value_of(step.items_out) or {},
        "item_errors": step.item_errors,
        "started_at": iso(step.started_at),
        "finished_at": iso(step.finished_at),
        "duration_ms": duration_ms(step.started_at, step.finished_at),
        "why": spoken_or_none(step.why),
        "error": spoken_error(value_of(step.error)),
    }


def attempt_json(attempt: Attempt, snapshot_id: UUID) -> dict[str, Any]:
    """Return one try of one item, or of the whole list (item -1)."""
    node = nodes_by_key(snapshot_id).get(attempt.node)
    return {
        "seq": attempt.seq,
        "key": attempt.node,
        "node": node.id if node else None,
        "iteration": attempt.iteration,
        "item": attempt.item,
        "number": attempt.number,
        "status": attempt.status,
        "started_at": iso(attempt.started_at),
        "finished_at": iso(attempt.finished_at),
        "error": spoken_error(value_of(attempt.error)),
        "next_at": iso(attempt.next_at),
        "why": spoken_or_none(attempt.why),
        "usage": value_of(attempt.usage),
        "params": value_of(attempt.params),
    }


def log_json(line: LogLine, snapshot_id: UUID) -> dict[str, Any]:
    """Return one line of a step's log."""
    node = nodes_by_key(snapshot_id).get(line.node)
    return {
        "seq": line.seq,
        "key": line.node,
        "node": node.id if node else None,
        "iteration": line.iteration,
        "item": line.item,
        "number": line.number,
        "level": line.level,
        "message": spoken(line.message),
        "data": value_of(line.data),
        "at": iso(line.at),
    }


def took_json(took: Took) -> dict[str, Any]:
    """Return what calls of models took; money in the currency of the models' prices."""
    return {
        "calls": took.calls,
        "tokens_in": took.tokens_in,
        "tokens_out": took.tokens_out,
        "cost": took.cost / BILLION,
        "saved": took.saved / BILLION,
        "from_memory": took.from_memory,
        "failed": took.failed,
    }


def iso(moment: datetime | None) -> str | None:
    """Return a time in UTC as the API writes it."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def duration_ms(start: datetime | None, end: datetime | None) -> int | None:
    """Return the whole milliseconds between two moments, None while the second is open."""
    return round((end - start).total_seconds() * 1000) if start and end else None


def value_of(text: str | None) -> Any:
    """Return a JSON column's value."""
    return json.loads(text) if text else None
