"""Reads what a run's journal says after a given number. Rows are updated in place: latest wins."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from runtime.api.shapes import attempt_json, log_json, run_json, step_json
from runtime.models import Attempt, LogLine, Run, Step
from runtime.services.access import access

MAX_ROWS = 2_000  # of each kind in one answer; the caller asks again after the last seq


@dataclass(frozen=True, slots=True)
class Journal:
    """What happened after `after`, up to `seq`."""

    seq: int
    run: dict[str, Any]
    over: bool
    steps: list[dict[str, Any]]
    attempts: list[dict[str, Any]]
    logs: list[dict[str, Any]]

    def events(self) -> list[tuple[int, str, dict[str, Any]]]:
        """Return `(seq, name, data)` in the order things happened."""
        rows = [(row["seq"], "step", row) for row in self.steps]
        rows += [(row["seq"], "attempt", row) for row in self.attempts]
        rows += [(row["seq"], "log", row) for row in self.logs]
        return sorted(rows, key=lambda row: (row[0], row[1]))


def read_journal(run_id: UUID, after: int = 0) -> Journal:
    """Return what is new. The run is read first: rows that land later come with the next call."""
    run = Run.objects.defer("input", "output", "response").get(id=run_id)
    newer = {"run_id": run_id, "seq__gt": after, "seq__lte": run.seq}
    steps = list(Step.objects.filter(**newer).defer("output", "origins").order_by("seq")[:MAX_ROWS])
    attempts = list(Attempt.objects.filter(**newer).defer("output").order_by("seq")[:MAX_ROWS])
    logs = list(LogLine.objects.filter(**newer).order_by("seq")[:MAX_ROWS])
    last = _last_complete(run.seq, [steps, attempts, logs])
    names = access().flow_names(frozenset({run.flow_id} if run.flow_id else ()))
    return Journal(
        seq=last,
        run=run_json(run, names),
        over=run.over and last == run.seq,
        steps=[step_json(row, run.snapshot_id) for row in steps if row.seq <= last],
        attempts=[attempt_json(row, run.snapshot_id) for row in attempts if row.seq <= last],
        logs=[log_json(row, run.snapshot_id) for row in logs if row.seq <= last],
    )


def _last_complete(seq: int, kinds: list[Any]) -> int:
    """Return up to where every kind was read: a full list may hide rows after its last one."""
    full: list[int] = [rows[-1].seq for rows in kinds if len(rows) == MAX_ROWS]
    return min([seq, *full])
