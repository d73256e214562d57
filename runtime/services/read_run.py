"""Reads what a step took in and gave out."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from runtime.engine.address import prefix
from runtime.graph.parse import parse_stored
from runtime.graph.plan import Plan, PlanEdge, PlanNode, UnknownNodeTypeError, compile_plan
from runtime.models import Payload, Run, Snapshot, Step
from runtime.registry import registry
from runtime.sdk.loop import EACH_ROUND
from runtime.store.payloads import payload_hash

Ports = dict[str, dict[str, Any]]


def step_data(
    run: Run,
    key: str,
    *,
    iteration: str,
    port: str | None,
    offset: int,
    limit: int,
    search: str = "",
) -> dict[str, Ports]:
    """Return a page of a step's items: `{"input": {port: {total, items}}, "output": …}`.

    With `search`, only items in which the words stand somewhere; capitals do not count.
    """
    reader = _Reader(run, search.casefold())
    plan = reader.plan
    index = plan.by_key.get(key) if plan is not None else None
    if plan is None or index is None:
        outputs = reader.outputs(key, iteration)
        return {"input": {}, "output": reader.page(outputs, None, offset, limit)}
    inputs = reader.inputs(plan.nodes[index], iteration)
    outputs = reader.outputs(key, iteration)
    return {
        "input": reader.page(inputs, port, offset, limit),
        "output": reader.page(outputs, port, offset, limit),
    }


class _Reader:
    """Reads the stored outputs of one run; what a step took in are its sources' outputs."""

    def __init__(self, run: Run, search: str) -> None:
        self._run, self._search = run, search
        self.plan = plan_of(run.snapshot_id)

    def page(
        self, ports: dict[str, list[Any]], wanted: str | None, offset: int, limit: int
    ) -> Ports:
        return {
            name: {"total": len(items), "items": [_item(i) for i in items[offset : offset + limit]]}
            for name, all_items in ports.items()
            if wanted is None or name == wanted
            for items in [self._found(all_items)]
        }

    def _found(self, items: list[Any]) -> list[Any]:
        if not self._search:
            return items
        return [i for i in items if self._search in _text(i.get("json"))]

    def outputs(self, key: str, iteration: str) -> dict[str, list[Any]]:
        return stored_outputs(self._run, key, iteration)

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


def stored_outputs(run: Run, key: str, iteration: str) -> dict[str, list[Any]]:
    """All that a step gave, as it is stored; empty where there is nothing (any more)."""
    row = Step.objects.filter(run=run, node=key, iteration=iteration).only("output").first()
    stored = row.output if row is not None else None
    digest = payload_hash(stored)
    if digest is not None:
        payload = Payload.objects.filter(workspace_id=run.workspace_id, sha256=digest).first()
        stored = bytes(payload.data).decode() if payload is not None else None
    found: dict[str, list[Any]] = orjson.loads(stored) if stored else {}
    return found


def _text(value: Any) -> str:
    """Names and values as one text to look in."""
    if isinstance(value, dict):
        return "\n".join(f"{name.casefold()}\n{_text(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    return value.casefold() if isinstance(value, str) else orjson.dumps(value).decode()


def _item(stored: Any) -> dict[str, Any]:
    return {"json": stored.get("json"), "files": stored.get("files", [])}


@lru_cache(maxsize=200)
def plan_of(snapshot_id: UUID) -> Plan | None:
    """The compiled graph of a snapshot; None where a node type of it is gone."""
    document = Snapshot.objects.get(id=snapshot_id).document
    try:
        return compile_plan(parse_stored(document), registry())
    except UnknownNodeTypeError:
        return None
