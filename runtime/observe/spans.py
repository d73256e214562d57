"""Journal rows as OpenTelemetry spans: run → step → try → call of a model. Values only, no sending.

A run's id is its trace's id, and each span's id follows from its place in the run: so spans of a
run that passed through several workers fit together. What the rows hold of items, params and
answers is left out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from runtime.engine.history import ClaimedRun
from runtime.engine.rows import AttemptRow, Row, RunRow, StepRow
from runtime.observe.metrics import Held, type_of

# Of opentelemetry-semantic-conventions 0.66b2 (GenAI, status: development).
OPERATION, PROVIDER = "gen_ai.operation.name", "gen_ai.provider.name"
REQUEST_MODEL, RESPONSE_MODEL = "gen_ai.request.model", "gen_ai.response.model"
INPUT_TOKENS, OUTPUT_TOKENS = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"
ERROR_TYPE = "error.type"

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_OVER = frozenset({"succeeded", "failed", "timed_out", "cancelled"})
_BAD = frozenset({"failed", "timed_out", "lost"})
Attributes = dict[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Span:
    """One span; times in seconds. `links` are (trace id, span id) of what else belongs to it."""

    trace: int
    id: int
    parent: int | None
    name: str
    start: float
    end: float
    attributes: Attributes
    error: str | None = None
    calls_out: bool = False
    links: tuple[tuple[int, int], ...] = ()


def spans_of(row: Row, run: Held) -> Iterator[Span]:
    """The spans that end with this row, if any does."""
    if isinstance(row, RunRow) and row.status in _OVER:
        yield _run(row, run.claim)
    elif isinstance(row, StepRow) and row.status in _OVER and row.finished_at is not None:
        yield _step(row, row.finished_at, run)
    elif isinstance(row, AttemptRow) and row.finished_at is not None:
        yield from _attempt(row, row.finished_at, run)


def span_id(*place: object) -> int:
    """An id that follows from a place; never 0, which means none."""
    text = "\0".join(map(str, place))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") or 1


def _run(row: RunRow, claim: ClaimedRun) -> Span:
    attributes: Attributes = {
        "segue.run.id": str(claim.id),
        "segue.run.status": row.status,
        "segue.run.mode": claim.mode,
        "segue.run.trigger": claim.trigger_kind,
        "segue.workspace.id": str(claim.workspace_id),
        "segue.run.item_errors": row.partial_errors,
    }
    if claim.flow_id is not None:
        attributes["segue.flow.id"] = str(claim.flow_id)
    if claim.version is not None:
        attributes["segue.flow.version"] = claim.version
    return Span(
        claim.id.int,
        span_id(claim.id),
        None,
        "run",
        claim.created_at,
        max(claim.created_at, row.finished_at or claim.created_at),
        attributes,
        _error(row.error, row.status),
        links=(*_caller(claim), *_parent(claim.parent_run_id)),
    )


def _parent(run: UUID | None) -> tuple[tuple[int, int], ...]:
    return ((run.int, span_id(run)),) if run is not None else ()


def _caller(claim: ClaimedRun) -> tuple[tuple[int, int], ...]:
    """What a webhook's caller said of its own trace."""
    if claim.trigger_kind != "webhook" or not claim.items:
        return ()
    call = claim.items[0].json
    headers = call.get("headers") if isinstance(call, dict) else None
    said = headers.get("traceparent") if isinstance(headers, dict) else None
    match = _TRACEPARENT.fullmatch(said) if isinstance(said, str) else None
    if match is None or not int(match[1], 16) or not int(match[2], 16):
        return ()
    return ((int(match[1], 16), int(match[2], 16)),)


def _step(row: StepRow, finished: float, run: Held) -> Span:
    attributes: Attributes = {
        "segue.step.key": row.node,
        "segue.step.type": type_of(run, row.node),
        "segue.step.iteration": row.iteration,
        "segue.step.status": row.status,
        "segue.step.items": row.items_in,
        "segue.step.item_errors": row.item_errors,
        "segue.step.attempts": row.attempts,
    }
    started = row.started_at if row.started_at is not None else finished
    return Span(
        row.run_id.int,
        span_id(row.run_id, row.node, row.iteration),
        span_id(row.run_id),
        f"step {row.node}",
        min(started, finished),
        finished,
        attributes,
        _error(row.error, row.status),
    )


def _attempt(row: AttemptRow, finished: float, run: Held) -> Iterator[Span]:
    step = span_id(row.run_id, row.node, row.iteration)
    own = span_id(row.run_id, row.node, row.iteration, row.item, row.number)
    started = min(row.started_at if row.started_at is not None else finished, finished)
    attributes: Attributes = {
        "segue.step.key": row.node,
        "segue.step.type": type_of(run, row.node),
        "segue.attempt.item": row.item,
        "segue.attempt.number": row.number,
        "segue.attempt.status": row.status,
    }
    error = _error(row.error, row.status)
    name = f"attempt {row.node}"
    yield Span(row.run_id.int, own, step, name, started, finished, attributes, error)
    usage = orjson.loads(row.usage) if row.usage else None
    if isinstance(usage, dict) and isinstance(usage.get("model"), str):
        yield _model_call(row, own, usage, started, finished)


def _model_call(
    row: AttemptRow, attempt: int, usage: Mapping[str, Any], started: float, finished: float
) -> Span:
    model = usage["model"]
    attributes: Attributes = {OPERATION: "chat", REQUEST_MODEL: model, RESPONSE_MODEL: model}
    numbers = {INPUT_TOKENS: "tokens_in", OUTPUT_TOKENS: "tokens_out", "segue.model.cost": "cost"}
    for attribute, name in numbers.items():
        if isinstance(usage.get(name), (int, float)):
            attributes[attribute] = usage[name]
    if isinstance(usage.get("provider"), str):
        attributes[PROVIDER] = usage["provider"]
    attributes["segue.model.cached"] = bool(usage.get("cached"))
    took = usage.get("ms")
    start = finished - took / 1000 if isinstance(took, (int, float)) else started
    return Span(
        row.run_id.int,
        span_id(attempt, "model"),
        attempt,
        f"chat {model}",
        max(started, start),
        finished,
        attributes,
        calls_out=True,
    )


def _error(error: bytes | None, status: str) -> str | None:
    """The kind of an error; its sentence may tell of data."""
    if status not in _BAD:
        return None
    said = orjson.loads(error) if error else {}
    return str(said.get("class") or status)
