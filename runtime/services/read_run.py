"""Reads what a step took in and gave out, and says in words why a run is not finished."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from runtime.engine.address import prefix
from runtime.graph.parse import parse_document
from runtime.graph.plan import Plan, PlanEdge, PlanNode, UnknownNodeTypeError, compile_plan
from runtime.models import Payload, Run, RunStatus, Snapshot, Step, Wait, WaitStatus, Worker
from runtime.registry import registry
from runtime.sdk.loop import EACH_ROUND
from runtime.store.payloads import payload_hash

Ports = dict[str, dict[str, Any]]


def step_data(
    run: Run, key: str, *, iteration: str, port: str | None, offset: int, limit: int
) -> dict[str, Ports]:
    """Return a page of a step's items: `{"input": {port: {total, items}}, "output": …}`."""
    reader = _Reader(run)
    plan = reader.plan
    index = plan.by_key.get(key) if plan is not None else None
    if plan is None or index is None:
        return {"input": {}, "output": reader.page(reader.outputs(key, iteration), None, 0, limit)}
    inputs = reader.inputs(plan.nodes[index], iteration)
    outputs = reader.outputs(key, iteration)
    return {
        "input": reader.page(inputs, port, offset, limit),
        "output": reader.page(outputs, port, offset, limit),
    }


class _Reader:
    """Reads the stored outputs of one run; what a step took in are its sources' outputs."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.plan = _plan(run.snapshot_id)

    def page(
        self, ports: dict[str, list[Any]], wanted: str | None, offset: int, limit: int
    ) -> Ports:
        return {
            name: {"total": len(items), "items": [_item(i) for i in items[offset : offset + limit]]}
            for name, items in ports.items()
            if wanted is None or name == wanted
        }

    def outputs(self, key: str, iteration: str) -> dict[str, list[Any]]:
        row = Step.objects.filter(run=self._run, node=key, iteration=iteration).first()
        stored = row.output if row is not None else None
        digest = payload_hash(stored)
        if digest is not None:
            payload = Payload.objects.filter(
                workspace_id=self._run.workspace_id, sha256=digest
            ).first()
            stored = bytes(payload.data).decode() if payload is not None else None
        found: dict[str, list[Any]] = orjson.loads(stored) if stored else {}
        return found

    def inputs(self, node: PlanNode, iteration: str) -> dict[str, list[Any]]:
        if node.type.trigger is not None:
            return {"in": orjson.loads(self._run.input)}
        found: dict[str, list[Any]] = {}
        for edge in node.incoming:
            items = self._sent(edge, iteration)
            if items is not None:
                found.setdefault(edge.target_port, []).extend(items)
        return found

    def _sent(self, edge: PlanEdge, iteration: str) -> list[Any] | None:
        plan = self.plan
        if plan is None:
            return None
        source = plan.nodes[edge.source]
        if source.is_loop and edge.source_port == EACH_ROUND:
            return self._round(source, iteration)
        return self.outputs(source.key, prefix(iteration, source.depth)).get(edge.source_port)

    def _round(self, loop: PlanNode, iteration: str) -> list[Any]:
        """What a round began with: its batch of the loop's own input, where that is so simple."""
        own = prefix(iteration, loop.depth + 1)
        number = int(own.rpartition(":")[2] or 0)
        started = self.inputs(loop, prefix(iteration, loop.depth)).get("start", [])
        row = Step.objects.filter(
            run=self._run, node=loop.key, iteration=prefix(iteration, loop.depth)
        ).first()
        settings = orjson.loads(row.taken).get("loop", {}) if row is not None and row.taken else {}
        if settings.get("over", "each") != "each":
            return started
        size = int(settings.get("batch_size", 1))
        return started[number * size : (number + 1) * size]


def _item(stored: Any) -> dict[str, Any]:
    return {"json": stored.get("json"), "files": stored.get("files", [])}


@lru_cache(maxsize=200)
def _plan(snapshot_id: UUID) -> Plan | None:
    document = Snapshot.objects.get(id=snapshot_id).document
    try:
        return compile_plan(parse_document(document), registry())
    except UnknownNodeTypeError:
        return None


def why_not_finished(run: Run) -> str | None:
    """Return in a sentence what the run waits for, or None where it does not wait."""
    if run.status == RunStatus.QUEUED:
        if run.isolated:
            return _("It crashed its worker before, so it waits for a worker of its own.")
        return _why_queued(run)
    if run.status != RunStatus.WAITING:
        return None
    waits = Wait.objects.filter(run=run, status=WaitStatus.OPEN).order_by("due_at")
    first = waits.first()
    if first is None:
        return _("It is about to go on.")
    label = _label(run, first.node)
    if first.due_at is not None:
        when = first.due_at.strftime("%Y-%m-%d %H:%M:%S UTC")
        return _("“%(step)s” waits for %(what)s until %(when)s.") % {
            "step": label,
            "what": first.get_kind_display(),
            "when": when,
        }
    return _("“%(step)s” waits for %(what)s.") % {"step": label, "what": first.get_kind_display()}


def _why_queued(run: Run) -> str:
    if run.started_at is None and run.slot is not None:
        others = Run.objects.filter(slot=run.slot, status__in=_NOT_OVER, started_at__isnull=False)
        if others.count() >= (run.slot_limit or 1):
            return ngettext(
                "It waits until another run is over: the flow's settings allow %(most)d at once.",
                "It waits until others are over: the flow's settings allow %(most)d runs at once.",
                run.slot_limit or 1,
            ) % {"most": run.slot_limit}
    if not Worker.objects.filter(dead=False).exists():
        return _("No worker is running. Whoever runs this server has to start one.")
    before = Run.objects.filter(status=RunStatus.QUEUED, priority__lte=run.priority, id__lt=run.id)
    ahead = before.count()
    if not ahead:
        return _("It waits for a free worker.")
    return ngettext(
        "It waits for a free worker; one run came before it.",
        "It waits for a free worker; %(ahead)d runs came before it.",
        ahead,
    ) % {"ahead": ahead}


_NOT_OVER = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING)


def _label(run: Run, key: str) -> str:
    plan = _plan(run.snapshot_id)
    index = plan.by_key.get(key) if plan is not None else None
    return plan.nodes[index].label if plan is not None and index is not None else key
