"""Runs scenarios: on the engine alone in memory, or on real workers and a real database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from runtime.engine.encode import decode
from runtime.registry import registry
from runtime.sandbox.pool import MontySandbox
from runtime.sdk import Node
from runtime.testing import QuietWorld, run_graph
from tests.scenarios.scenario import Scenario, Seen, SeenStep
from tests.support import nodes as test_nodes
from tests.support.stand import Stand


def types() -> dict[str, type[Node]]:
    """The built-in node types and those of the tests."""
    extra = [v for v in vars(test_nodes).values() if isinstance(v, type) and issubclass(v, Node)]
    return {**registry(), **{t.type: t for t in extra if "type" in vars(t)}}


def in_memory(scenario: Scenario) -> Seen:
    """Run it on the engine alone."""
    result = run_graph(
        scenario.document,
        types(),
        trigger=scenario.trigger,
        items=scenario.items,
        world=QuietWorld(sandbox=MontySandbox(1)) if _computes(scenario) else None,
    )
    steps = {
        _name(row.node, row.iteration): SeenStep(
            row.seq,
            row.status,
            row.attempts,
            row.items_in,
            orjson.loads(row.items_out),
            row.why or "",
            _message(decode(row.error)),
        )
        for row in result.journal.steps()
    }
    return Seen(result.status, result.output, result.reason or "", steps)


def on_stand(stand: Stand, scenarios: Sequence[Scenario], seconds: float) -> dict[str, Seen]:
    """Accept a run of each at once, and read what became of them."""
    runs = {
        s.name: stand.accept(s.document, items=s.items, trigger=s.trigger)[0] for s in scenarios
    }
    waiting = sum(s.expected.status == "waiting" for s in scenarios)

    def settled() -> bool:
        counts = stand.statuses()
        left = sum(counts.get(status, 0) for status in ("queued", "running"))
        return left == 0 and counts.get("waiting", 0) == waiting

    stand.until(settled, seconds, "the scenarios did not end")
    return {name: _read(stand, run) for name, run in runs.items()}


def _read(stand: Stand, run: UUID) -> Seen:
    status, output, reason = stand.db.run(
        "SELECT status, output, reason FROM runtime_run WHERE id = %s", (stand.db.id(run),)
    )[0]
    rows = stand.db.run(
        "SELECT node, iteration, seq, status, attempts, items_in, items_out, why, error "
        "FROM runtime_step WHERE run_id = %s ORDER BY seq",
        (stand.db.id(run),),
    )
    steps = {
        _name(key, at): SeenStep(
            seq, state, attempts, came, _json(went), why or "", _message(_json(error))
        )
        for key, at, seq, state, attempts, came, went, why, error in rows
    }
    return Seen(status, _json(output), reason or "", steps)


def _computes(scenario: Scenario) -> bool:
    return "$formula" in str(scenario.nodes) or "code." in str(scenario.nodes)


def _name(key: str, iteration: str) -> str:
    return f"{key}@{iteration}" if iteration else key


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, (str, bytes)) else value


def _message(error: Any) -> str:
    return str(error.get("message", "")) if isinstance(error, dict) else ""
