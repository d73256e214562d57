"""What happened, counted: one function for each thing worth counting, called after the fact.

Called from the engine's own loop: nothing here does more than add numbers in memory.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

import orjson

from runtime.engine.rows import AttemptRow, Row, RunRow, StepRow
from runtime.observe.figures import figures
from runtime.observe.tally import Tally

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
        for labels, count in Counter((r.trigger_kind, r.mode) for r in runs).items():
            found.tally.add("runs_accepted", labels, count)


def ended_in_queue(status: str, count: int) -> None:
    """Runs ended that no worker held."""
    if count and (found := figures()) is not None:
        found.tally.add("runs_finished", (status, UNKNOWN, UNKNOWN), count)


def claimed(claims: Sequence[ClaimedRun], seconds: float) -> None:
    """A claim came back."""
    if not claims or (found := figures()) is None:
        return
    tally, now = found.tally, time.time()
    tally.measure("claim_runs", len(claims))
    tally.measure("claim_seconds", seconds)
    with tally.lock:
        tally.values["queue_seconds", ()].extend(
            max(0.0, now - claim.created_at) for claim in claims if claim.first_claim
        )


def committed(rows: Sequence[Row], held: Mapping[UUID, Held]) -> None:
    """These rows are in the database."""
    found = figures()
    if found is None:
        return
    tally = found.tally
    with tally.lock:
        for row in rows:
            kind = row.__class__
            if kind is StepRow:
                if row.status in _STEP_ENDS:  # type: ignore[union-attr]
                    _ended(tally, "steps", "step_seconds", row, held)  # type: ignore[arg-type]
            elif kind is AttemptRow:
                if row.status in _ATTEMPT_ENDS:  # type: ignore[union-attr]
                    _ended(tally, "attempts", "attempt_seconds", row, held)  # type: ignore[arg-type]
            elif isinstance(row, RunRow) and row.status in _RUN_ENDS:
                _run(tally, row, held.get(row.run_id))
    tally.wake()


def _ended(
    tally: Tally, what: str, seconds: str, row: StepRow | AttemptRow, held: Mapping[UUID, Held]
) -> None:
    node_type = type_of(held.get(row.run_id), row.node)
    tally.counts[what, (node_type, row.status)] += 1
    if row.finished_at is not None and row.started_at is not None and row.status != "skipped":
        took = row.finished_at - row.started_at
        tally.values[seconds, (node_type,)].append(took if took > 0 else 0.0)
    if isinstance(row, AttemptRow) and row.usage is not None:
        _model_call(tally, node_type, row.usage)


def type_of(run: Held | None, key: str) -> str:
    """The type of a step; there are as many as are installed."""
    node = run.plan.find(key) if run is not None else None
    return UNKNOWN if node is None else node.type.type


def _run(tally: Tally, row: RunRow, run: Held | None) -> None:
    if run is None:
        tally.counts["runs_finished", (row.status, UNKNOWN, UNKNOWN)] += 1
        return
    claim = run.claim
    tally.counts["runs_finished", (row.status, claim.trigger_kind, claim.mode)] += 1
    if row.finished_at is not None:
        took = max(0.0, row.finished_at - claim.created_at)
        tally.values["run_seconds", (row.status,)].append(took)


def _model_call(tally: Tally, node_type: str, usage: bytes) -> None:
    said = orjson.loads(usage)
    if not isinstance(said, dict):
        return
    tally.counts["model_calls", (node_type, str(bool(said.get("cached"))).lower())] += 1
    for direction in ("in", "out"):
        tokens = said.get(f"tokens_{direction}")
        if isinstance(tokens, (int, float)) and tokens > 0:
            tally.counts["model_tokens", (direction,)] += tokens


def model_queued(model: str) -> None:
    """A call has to wait for its place, or for a budget; `model` as it is called in the admin."""
    _add("model_queued", (model,))


def model_settled(model: str, outcome: str, requests: int, cost: float) -> None:
    """A call is over that took so many requests and so much money."""
    if (found := figures()) is not None:
        found.tally.add("model_requests", (model, outcome), requests)
        found.tally.add("model_cost", (model,), cost)


def commit_took(rows: int, seconds: float) -> None:
    """One group commit."""
    if (found := figures()) is not None:
        found.tally.measure("commit_rows", rows)
        found.tally.measure("commit_seconds", seconds)


def database_was_away(seconds: float) -> None:
    """A worker could not write for so long."""
    _add("database_away_seconds", (), seconds)


def lease_renewed(outcome: str) -> None:
    """`renewed`, `database_away`, `loop_hangs` or `lost`."""
    _add("lease_renewals", (outcome,))


def loop_came_round(late: float, active: int) -> None:
    """The worker's loop came round so many seconds late, holding so many runs."""
    if (found := figures()) is not None:
        found.tally.measure("loop_lag_seconds", max(0.0, late))
        found.active.set(active)


def swept(seconds: float, taken_back: int) -> None:
    """One look for what nobody was told of."""
    if (found := figures()) is not None:
        found.tally.measure("sweep_seconds", seconds)
        if taken_back:
            found.tally.add("runs_taken_back", (), taken_back)


def hinted(runs: int, *, sent: bool) -> None:
    """A message with so many runs went out, or did not."""
    _add("hints", ("sent" if sent else "dropped",), runs)


def live_messages_dropped(count: int = 1) -> None:
    """Live views have to look by themselves."""
    _add("live_messages_dropped", (), count)


def spans_sent(count: int, *, arrived: bool) -> None:
    """So many spans reached the collector, or did not."""
    if count:
        _add("spans", ("sent" if arrived else "dropped",), count)


def webhook_answered(status: int, seconds: float) -> None:
    """A call from outside got its answer."""
    if (found := figures()) is not None:
        found.tally.add("webhook_answers", (str(status),))
        kind = "run" if status < 400 else "refused" if status < 500 else "failed"
        found.tally.measure("webhook_seconds", seconds, (kind,))


def pruned(what: str, count: int) -> None:
    """Retention deleted so many `runs`, `snapshots` or `files`."""
    if count:
        _add("pruned", (what,), count)


def _add(family: str, labels: tuple[str, ...], count: float = 1) -> None:
    if (found := figures()) is not None:
        found.tally.add(family, labels, count)
