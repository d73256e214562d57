"""Writes what happens in a run as journal rows, each with the run's next event number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from runtime.engine.decisions import LoopOver, Ready, Skipped
from runtime.engine.encode import encode, encode_origins, encode_outputs
from runtime.engine.history import ClaimedRun
from runtime.engine.outcome import StepResult, counts, dump_error
from runtime.engine.ports import Clock, Journal
from runtime.engine.rows import AttemptRow, LogRow, Row, RunRow, StepRow, WaitRow
from runtime.graph.plan import PlanNode
from runtime.sdk import Json, NodeError


class Recorder:
    """The only place that builds rows. `seq` counts the events of one run without gaps."""

    def __init__(
        self,
        claim: ClaimedRun,
        journal: Journal,
        clock: Clock,
        most_bytes: int,
        on_full: Callable[[], None],
    ) -> None:
        self.run_id = claim.id
        self.stored = claim.history.stored
        self._most_bytes = most_bytes
        self._on_full = on_full
        self._full = self._closed = False
        self.seq = claim.history.seq
        self._journal = journal
        self._clock = clock

    def close(self) -> None:
        """Write nothing more: somebody else may have the run by now, even this worker again."""
        self._closed = True

    def _write(self, *rows: Row) -> None:
        if not self._closed:
            self._journal.write(*rows)

    def next_seq(self) -> int:
        """The next event number of this run."""
        self.seq += 1
        return self.seq

    def done(
        self, ready: Ready, result: StepResult, received: int, attempts: int, started: float | None
    ) -> None:
        """A step ended well; raises NodeError, before anything is written, if it cannot be kept."""
        output = encode_outputs(result.outputs)
        self._keep(len(output))
        now = self._clock.now()
        self._step(
            ready.node.key,
            ready.iteration,
            "succeeded",
            attempts=attempts,
            items_in=received,
            items_out=encode(counts(result.outputs)),
            item_errors=result.failures,
            output=output,
            origins=encode_origins(result.origins),
            taken=encode({"edge": ready.taken}) if ready.taken is not None else None,
            why=result.why or ready.waited_for,
            error=encode(dump_error(result.first_error)) if result.first_error else None,
            started_at=started or now,
            finished_at=now,
        )

    def state(
        self,
        ready: Ready,
        status: str,
        received: int,
        attempts: int,
        started: float,
        why: str | None = None,
        error: NodeError | None = None,
    ) -> None:
        """A step began, waits, failed or was given up."""
        over = status not in ("running", "waiting")
        self._step(
            ready.node.key,
            ready.iteration,
            status,
            attempts=attempts,
            items_in=received,
            why=why or ready.waited_for,
            error=encode(dump_error(error)) if error else None,
            started_at=started,
            finished_at=self._clock.now() if over else None,
        )

    def skipped(self, skipped: Skipped) -> None:
        """A step will not run."""
        now = self._clock.now()
        self._step(
            skipped.node.key,
            skipped.iteration,
            "skipped",
            why=skipped.why,
            started_at=now,
            finished_at=now,
        )

    def loop_begins(self, ready: Ready, received: int, settings: Mapping[str, Json]) -> None:
        """A Repeat opens; its resolved settings are kept, so that a new owner uses the same."""
        self._step(
            ready.node.key,
            ready.iteration,
            "running",
            attempts=1,
            items_in=received,
            taken=encode({"loop": settings}),
            started_at=self._clock.now(),
        )

    def loop_over(self, over: LoopOver, received: int) -> None:
        """All rounds of a Repeat have ended."""
        output = encode_outputs(over.record.outputs)
        self._keep(len(output))
        self._step(
            over.node.key,
            over.iteration,
            "succeeded",
            attempts=1,
            items_in=received,
            items_out=encode(counts(over.record.outputs)),
            output=output,
            why=over.why,
            finished_at=self._clock.now(),
        )

    def loop_given_up(self, node: PlanNode, iteration: str) -> None:
        """A Repeat was open when the run ended."""
        self._step(node.key, iteration, "cancelled", attempts=1, finished_at=self._clock.now())

    def attempt(
        self,
        node: PlanNode,
        iteration: str,
        item: int,
        number: int,
        status: str,
        over: Sequence[WaitRow] = (),
        **rest: Any,
    ) -> None:
        """How one attempt stands; waits that are `over` with it are closed in the same commit."""
        self._keep(len(rest.get("output") or b""))
        row = AttemptRow(
            self.run_id, node.key, iteration, item, number, self.next_seq(), status, **rest
        )
        self._write(row, *over)

    def wait(self, *waits: WaitRow) -> None:
        """Waits opened or were taken, in one commit."""
        self._write(*waits)

    def log(
        self,
        place: tuple[str, str, int, int],
        level: str,
        message: str,
        data: bytes | None,
    ) -> None:
        """One line; `place` is key, iteration, item and attempt number."""
        self._keep(len(message) + len(data or b""))
        row = LogRow(self.run_id, self.next_seq(), *place, level, message, data, self._clock.now())
        self._write(row)

    def run(self, status: str, **rest: Any) -> RunRow:
        """How the run stands as a whole."""
        row = RunRow(self.run_id, self.next_seq(), status, **rest)
        self._write(row)
        return row

    def _keep(self, size: int) -> None:
        self.stored += size
        if size and self.stored > self._most_bytes and not self._full:
            self._full = True
            self._on_full()

    def _step(self, key: str, iteration: str, status: str, **rest: Any) -> None:
        self._write(StepRow(self.run_id, key, iteration, self.next_seq(), status, **rest))
