"""What happened, counted: one function for each thing worth counting, called after the fact.

Called from the engine's own loop, so each takes a few microseconds and whole batches at once.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

import orjson

from runtime.engine.rows import AttemptRow, Row, RunRow, StepRow
from runtime.observe.figures import figures, observe_many

if TYPE_CHECKING:
    from runtime.engine.history import ClaimedRun
    from runtime.graph.plan import Plan
    from runtime.store.accept import NewRun

_STEP_ENDS = frozenset({"succeeded", "failed", "skipped", "cancelled"})
_ATTEMPT_ENDS = frozenset({"succeeded", "failed", "timed_out", "lost", "cancelled"})
_RUN_ENDS = frozenset({"succeeded", "failed", "timed_out", "cancelled"})
UNKNOWN = "unknown"


class Held(Protocol):
    """A run that this worker holds."""

    @property
    def claim(self) -> ClaimedRun: ...

    @property
    def plan(self) -> Plan: ...


def accepted(runs: Sequence[NewRun]) -> None:
    """Runs are in the database."""
    if runs and (found := figures()) is not None:
        for (trigger, mode), count in Counter((r.trigger_kind, r.mode) for r in runs).items():
            found.accepted.labels(trigger, mode).inc(count)


def ended_in_queue(status: str, count: int) -> None:
    """Runs ended that no worker held."""
    if count and (found := figures()) is not None:
        found.finished.labels(status, UNKNOWN, UNKNOWN).inc(count)


def claimed(claims: Sequence[ClaimedRun], seconds: float) -> None:
    """A claim came back."""
    if claims and (found := figures()) is not None:
        found.claims.observe(len(claims))
        found.claim_seconds.observe(seconds)
        now = time.time()
        first = [max(0.0, now - one.created_at) for one in claims if one.first_claim]
        observe_many(found.queue_seconds, first)


def committed(rows: Sequence[Row], held: Mapping[UUID, Held]) -> None:
    """These rows are in the database."""
    found = figures()
    if found is None:
        return
    counts: Counter[tuple[str, str, str]] = Counter()
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        kind = type(row)
        if kind is StepRow or kind is AttemptRow:
            _step_or_attempt(row, held, counts, times)  # type: ignore[arg-type]
        elif isinstance(row, RunRow) and row.status in _RUN_ENDS:
            _run(row, held.get(row.run_id))
    for (what, node_type, status), count in counts.items():
        (found.steps if what == "step" else found.attempts).labels(node_type, status).inc(count)
    for (what, node_type), values in times.items():
        family = found.step_seconds if what == "step" else found.attempt_seconds
        observe_many(family.labels(node_type), values)
    found.active.set(len(held))


def _step_or_attempt(
    row: StepRow | AttemptRow,
    held: Mapping[UUID, Held],
    counts: Counter[tuple[str, str, str]],
    times: dict[tuple[str, str], list[float]],
) -> None:
    what, ends = ("step", _STEP_ENDS) if type(row) is StepRow else ("attempt", _ATTEMPT_ENDS)
    if row.status not in ends:
        return
    node_type = type_of(held.get(row.run_id), row.node)
    counts[what, node_type, row.status] += 1
    if row.finished_at is not None and row.started_at is not None and row.status != "skipped":
        times[what, node_type].append(max(0.0, row.finished_at - row.started_at))
    if type(row) is AttemptRow and row.usage is not None:
        _model_call(node_type, row.usage)


def type_of(run: Held | None, key: str) -> str:
    """The type of a step; there are as many as are installed."""
    index = run.plan.by_key.get(key) if run is not None else None
    return UNKNOWN if run is None or index is None else run.plan.nodes[index].type.type


def _run(row: RunRow, run: Held | None) -> None:
    found = figures()
    if found is None:
        return
    if run is None:
        found.finished.labels(row.status, UNKNOWN, UNKNOWN).inc()
        return
    found.finished.labels(row.status, run.claim.trigger_kind, run.claim.mode).inc()
    if row.finished_at is not None:
        took = max(0.0, row.finished_at - run.claim.created_at)
        observe_many(found.run_seconds.labels(row.status), [took])


def _model_call(node_type: str, usage: bytes) -> None:
    found, said = figures(), orjson.loads(usage)
    if found is None or not isinstance(said, dict):
        return
    found.model_calls.labels(node_type, str(bool(said.get("cached"))).lower()).inc()
    for direction in ("in", "out"):
        tokens = said.get(f"tokens_{direction}")
        if isinstance(tokens, (int, float)) and tokens > 0:
            found.tokens.labels(direction).inc(tokens)


def commit_took(rows: int, seconds: float) -> None:
    """One group commit."""
    if (found := figures()) is not None:
        observe_many(found.commit_rows, [rows])
        observe_many(found.commit_seconds, [seconds])


def database_was_away(seconds: float) -> None:
    """A worker could not write for so long."""
    if (found := figures()) is not None:
        found.database_away.inc(seconds)


def lease_renewed(outcome: str) -> None:
    """`renewed`, `database_away`, `loop_hangs` or `lost`."""
    if (found := figures()) is not None:
        found.renewals.labels(outcome).inc()


def loop_was_late(seconds: float) -> None:
    """How much later than asked for the loop came round."""
    if (found := figures()) is not None:
        found.loop_lag.observe(max(0.0, seconds))


def swept(seconds: float, taken_back: int) -> None:
    """One look for what nobody was told of."""
    if (found := figures()) is not None:
        found.sweep_seconds.observe(seconds)
        if taken_back:
            found.taken_back.inc(taken_back)


def hinted(runs: int, *, sent: bool) -> None:
    """A message with so many runs went out, or did not."""
    if (found := figures()) is not None:
        found.hints.labels("sent" if sent else "dropped").inc(runs)


def live_messages_dropped(count: int = 1) -> None:
    """Live views have to look by themselves."""
    if (found := figures()) is not None:
        found.notes_dropped.inc(count)


def webhook_answered(status: int, seconds: float) -> None:
    """A call from outside got its answer."""
    if (found := figures()) is not None:
        found.webhooks.labels(str(status)).inc()
        kind = "run" if status < 400 else "refused" if status < 500 else "failed"
        observe_many(found.webhook_seconds.labels(kind), [seconds])


def pruned(what: str, count: int) -> None:
    """Retention deleted so many `runs` or `snapshots`."""
    if count and (found := figures()) is not None:
        found.pruned.labels(what).inc(count)
