"""A journal in memory: durable at once, and readable as the history of a new owner."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from runtime.engine.encode import decode, decode_outputs
from runtime.engine.history import History, StoredAttempt, StoredStep, StoredWait
from runtime.engine.rows import AttemptRow, LogRow, Row, RunRow, StepRow, WaitRow


class MemoryJournal:
    """See `runtime.engine.ports.Journal`.

    `crash_after=n`: the owner dies at the end of the turn of its loop that writes the n-th row;
    nothing later is kept. It hears no more of what was kept, unless it `hears`: then it dies in the
    middle of what it does next.
    """

    def __init__(self, crash_after: int | None = None, *, hears: bool = False) -> None:
        self.rows: list[Row] = []
        self.crash_after = crash_after
        self.hears = hears
        self.crashed = False
        self.on_row: Callable[[Row], None] | None = None
        self._dying = self._dropped = False

    def write(self, *rows: Row) -> None:
        if self.crashed:
            self._dropped = True
            return
        for row in rows:
            self.rows.append(row)
            if self.on_row is not None:
                self.on_row(row)
        if self.crash_after is not None and len(self.rows) >= self.crash_after and not self._dying:
            self._dying = True
            asyncio.get_running_loop().call_soon(self._die)

    def _die(self) -> None:
        self.crashed = True

    async def durable(self) -> None:
        await asyncio.sleep(0)
        if self._dropped or (self.crashed and not self.hears):
            await asyncio.Event().wait()

    def steps(self) -> list[StepRow]:
        """The last row of each step, in the order they first appeared."""
        found: dict[tuple[str, str], StepRow] = {}
        for row in self.rows:
            if isinstance(row, StepRow):
                before = found.get((row.node, row.iteration))
                if before is not None:
                    row.taken = row.taken or before.taken
                found[(row.node, row.iteration)] = row
        return list(found.values())

    def attempts(self) -> list[AttemptRow]:
        """The last row of each attempt."""
        found: dict[tuple[str, str, int, int], AttemptRow] = {}
        for row in self.rows:
            if isinstance(row, AttemptRow):
                key = (row.node, row.iteration, row.item, row.number)
                if key in found:
                    row.params = row.params or found[key].params
                found[key] = row
        return list(found.values())

    def logs(self) -> list[LogRow]:
        return [row for row in self.rows if isinstance(row, LogRow)]

    def waits(self) -> list[WaitRow]:
        return list({r.id: r for r in self.rows if isinstance(r, WaitRow)}.values())

    def run_rows(self) -> list[RunRow]:
        return [row for row in self.rows if isinstance(row, RunRow)]

    def response(self) -> Mapping[str, Any] | None:
        """The answer that was given to the caller, if one was."""
        answers = [decode(row.response) for row in self.run_rows() if row.response is not None]
        return answers[0] if answers and isinstance(answers[0], dict) else None

    def history(self) -> History:
        """What a new owner would load."""
        outputs = [s.output for s in self.steps()] + [a.output for a in self.attempts()]
        stored = sum(len(output or b"") for output in outputs)
        stored += sum(len(line.message) + len(line.data or b"") for line in self.logs())
        history = History(seq=max((getattr(r, "seq", 0) for r in self.rows), default=0))
        history.stored = stored
        for step in sorted(self.steps(), key=lambda s: s.seq):
            history.steps.append(
                StoredStep(
                    step.node,
                    step.iteration,
                    step.seq,
                    step.status,
                    decode_outputs(step.output),
                    decode(step.origins),  # type: ignore[arg-type]
                    decode(step.taken),  # type: ignore[arg-type]
                    step.started_at,
                    step.item_errors,
                )
            )
        for attempt in sorted(self.attempts(), key=lambda a: (a.item, a.number)):
            history.attempts.setdefault((attempt.node, attempt.iteration), []).append(
                StoredAttempt(
                    attempt.item,
                    attempt.number,
                    attempt.status,
                    decode(attempt.params),  # type: ignore[arg-type]
                    decode_outputs(attempt.output),
                    decode(attempt.error),  # type: ignore[arg-type]
                    attempt.started_at,
                    attempt.next_at,
                )
            )
        for wait in self.waits():
            kept = history.waits if wait.number else history.addresses
            kept[(wait.node, wait.iteration, wait.item)] = StoredWait(
                wait.id,
                wait.node,
                wait.iteration,
                wait.item,
                wait.number,
                wait.kind,
                wait.status,
                wait.token,
                wait.due_at,
                decode(wait.details),
                None,
            )
        return history
