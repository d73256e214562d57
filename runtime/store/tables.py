"""Journal rows as table rows. The column lists are checked against the models by a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from runtime.engine.rows import AttemptRow, LogRow, StepRow, WaitRow
from runtime.store.dialect import RunUpdate, Table

STEPS = Table(
    "runtime_step",
    (
        ("run_id", "uuid"),
        ("node", "text"),
        ("iteration", "text"),
        ("seq", "integer"),
        ("status", "text"),
        ("attempts", "integer"),
        ("items_in", "integer"),
        ("items_out", "text"),
        ("item_errors", "integer"),
        ("output", "text"),
        ("origins", "text"),
        ("taken", "text"),
        ("why", "text"),
        ("error", "text"),
        ("started_at", "timestamptz"),
        ("finished_at", "timestamptz"),
    ),
    ("run_id", "node", "iteration"),
    keep=("taken", "started_at"),
)
ATTEMPTS = Table(
    "runtime_attempt",
    (
        ("run_id", "uuid"),
        ("node", "text"),
        ("iteration", "text"),
        ("item", "integer"),
        ("number", "integer"),
        ("seq", "integer"),
        ("status", "text"),
        ("params", "text"),
        ("output", "text"),
        ("error", "text"),
        ("why", "text"),
        ("usage", "text"),
        ("started_at", "timestamptz"),
        ("finished_at", "timestamptz"),
        ("next_at", "timestamptz"),
    ),
    ("run_id", "node", "iteration", "item", "number"),
    keep=("params", "started_at"),
)
LOGS = Table(
    "runtime_logline",
    (
        ("run_id", "uuid"),
        ("seq", "integer"),
        ("node", "text"),
        ("iteration", "text"),
        ("item", "integer"),
        ("number", "integer"),
        ("level", "text"),
        ("message", "text"),
        ("data", "text"),
        ("at", "timestamptz"),
    ),
    ("run_id", "seq"),
    replace=False,
)
_GOES_ON = "runtime_wait.status = 'open' OR excluded.status = 'closed'"
WAITS = Table(
    "runtime_wait",
    (
        ("id", "uuid"),
        ("run_id", "uuid"),
        ("node", "text"),
        ("iteration", "text"),
        ("item", "integer"),
        ("number", "integer"),
        ("kind", "text"),
        ("status", "text"),
        ("token", "text"),
        ("due_at", "timestamptz"),
        ("details", "text"),
        ("created_at", "timestamptz"),
    ),
    ("id",),
    merge=(
        # A wait only goes forward. Its row is written again when a commit's outcome was unknown,
        # and an answer may have come meanwhile.
        ("status", f"CASE WHEN {_GOES_ON} THEN excluded.status ELSE runtime_wait.status END"),
        ("created_at", "runtime_wait.created_at"),
    ),
)
RUNS = Table(
    "runtime_run",
    (
        ("id", "uuid"),
        ("workspace_id", "uuid"),
        ("flow_id", "uuid"),
        ("version", "integer"),
        ("snapshot_id", "uuid"),
        ("mode", "text"),
        ("status", "text"),
        ("priority", "smallint"),
        ("slot", "text"),
        ("slot_limit", "integer"),
        ("trigger_key", "text"),
        ("trigger_kind", "text"),
        ("input", "text"),
        ("partial_errors", "integer"),
        ("epoch", "integer"),
        ("crashes", "smallint"),
        ("crash_progress", "integer"),
        ("isolated", "boolean"),
        ("seq", "integer"),
        ("parent_run_id", "uuid"),
        ("again_of", "uuid"),
        ("again", "text"),
        ("replays", "uuid"),
        ("response", "text"),
        ("reply_to", "text"),
        ("started_by", "integer"),
        ("started_key", "text"),
        ("cancel_requested", "boolean"),
        ("created_at", "timestamptz"),
        ("deadline_at", "timestamptz"),
    ),
    ("id",),
    replace=False,
)
PAYLOADS = Table(
    "runtime_payload",
    (
        ("workspace_id", "uuid"),
        ("sha256", "text"),
        ("data", "bytea"),
        ("size", "integer"),
        ("created_at", "timestamptz"),
    ),
    ("workspace_id", "sha256"),
    holds="size",  # else it could be dropped as unused before its new row is seen
)

# A wait that is over, and that its run has not taken yet. Number 0 does not hold its run up.
OVER = "w.status IN ('resolved', 'expired') AND w.number > 0"
ADVANCE = RunUpdate("advance", (("seq", "integer"),), "seq = new.seq")
SAY_RUNNING = RunUpdate(
    "say_running",
    (("seq", "integer"), ("response", "text")),
    "response = COALESCE(runtime_run.response, new.response), seq = new.seq",
)
PARK = RunUpdate(
    "park",
    (
        ("seq", "integer"),
        ("response", "text"),
        ("partial_errors", "integer"),
        ("wake_at", "timestamptz"),
    ),
    "status = CASE WHEN EXISTS (SELECT 1 FROM runtime_wait w WHERE w.run_id = runtime_run.id "
    f"AND {OVER}) THEN 'queued' ELSE 'waiting' END, "
    "response = COALESCE(runtime_run.response, new.response), "
    "partial_errors = new.partial_errors, seq = new.seq, wake_at = new.wake_at, owner_id = NULL",
)
END = RunUpdate(
    "end",
    (
        ("seq", "integer"),
        ("status", "text"),
        ("output", "text"),
        ("response", "text"),
        ("error", "text"),
        ("reason", "text"),
        ("partial_errors", "integer"),
        ("finished_at", "timestamptz"),
    ),
    "status = new.status, output = new.output, "
    "response = COALESCE(runtime_run.response, new.response), error = new.error, "
    "reason = new.reason, partial_errors = new.partial_errors, finished_at = new.finished_at, "
    "seq = new.seq, owner_id = NULL, wake_at = NULL",
)

_MOMENTS = frozenset({"started_at", "finished_at", "next_at", "due_at", "created_at", "at"})
_TEXTS = frozenset({"why", "message", "reason"})


def moment(seconds: float) -> str:
    """A moment as both databases read it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def tidy(text: str | None) -> str | None:
    """A text without what PostgreSQL cannot hold."""
    return text.replace("\x00", "�") if text and "\x00" in text else text


def as_dicts(
    rows: Iterable[StepRow | AttemptRow | LogRow | WaitRow],
    table: Table,
    shrink: Callable[[Any, bytes], bytes],
) -> list[dict[str, Any]]:
    """Rows for one insert: only the last of each key, with what earlier ones had to keep.

    One statement cannot touch a row twice. `shrink` moves large values out of the way.
    """
    latest: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        record = {name: _value(name, getattr(row, name)) for name, _ in table.columns}
        if record.get("output") is not None:
            record["output"] = shrink(row.run_id, record["output"])
        key = tuple(record[name] for name in table.key)
        before = latest.get(key)
        if before is not None:
            for name in table.keep:
                if record[name] is None:
                    record[name] = before[name]
        latest[key] = record
    return list(latest.values())


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _MOMENTS:
        return moment(value)
    if name in _TEXTS:
        return tidy(value)
    if name.endswith("id") and name != "id":
        return str(value)
    return str(value) if name == "id" else value
