"""The waits of one run in memory: timers for near ones, parking when only far ones are left."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

from runtime.engine.history import StoredWait
from runtime.engine.parking import ParkedItem
from runtime.sdk import Json

if TYPE_CHECKING:
    from runtime.engine.execution import RunExecution
    from runtime.engine.step import StepExecution


class Waiting:
    """Keeps the timers of parked items and wakes them."""

    def __init__(self, run: RunExecution) -> None:
        self._run = run
        self._timers: dict[UUID, asyncio.TimerHandle] = {}

    def stored(self, step: StepExecution, number: int) -> StoredWait | None:
        """The wait an earlier owner left for this item, once."""
        key = (step.node.key, step.ready.iteration, number)
        wait = self._run.claim.history.waits.pop(key, None)
        return None if wait is None or wait.status == "closed" else wait

    def address(self, step: StepExecution, number: int) -> StoredWait | None:
        """Where an earlier owner let this item be answered before it parked, once."""
        key = (step.node.key, step.ready.iteration, number)
        return self._run.claim.history.addresses.pop(key, None)

    def begin(self, step: StepExecution, parked: ParkedItem) -> None:
        """An item of a step waits from now on."""
        due = parked.wait.due_at
        if due is not None:
            left = max(0.0, due - self._run.clock.now())
            self._timers[parked.wait.id] = self._run.loop.call_later(
                left, self._time_is_up, step, parked
            )
        taken = len(step.numbers) - len(step.pending)
        goes_on = step.pending and not parked.before_its_try
        if not goes_on and len(step.parked) + len(step.results) == taken:
            why = (parked.pause or {}).get("why") or _WHY.get(parked.wait.kind, "Waiting.")
            step.note("waiting", str(why))

    def _time_is_up(self, step: StepExecution, parked: ParkedItem) -> None:
        self._timers.pop(parked.wait.id, None)
        if not self._run.letting_go:
            parked.by_our_clock = True
            self._wake(step, parked, expired=True, outcome=None)

    def resolved(self, wait_id: UUID, *, expired: bool, outcome: Json) -> None:
        """A wait was answered from outside while the run is held here.

        Once the run is being parked or ended the next owner takes the answer: what this one began
        now could be written together with the parking, and nobody would ever go on.
        """
        if self._run.letting_go:
            return
        for step in list(self._run.steps.values()):
            for parked in list(step.parked.values()):
                if parked.wait.id == wait_id:
                    self._wake(step, parked, expired=expired, outcome=outcome)
                    return

    def _wake(
        self, step: StepExecution, parked: ParkedItem, *, expired: bool, outcome: Json
    ) -> None:
        timer = self._timers.pop(parked.wait.id, None)
        if timer is not None:
            timer.cancel()
        parked.settle(expired=expired, outcome=outcome)
        step.wake(parked.wait.item)

    def next_due(self) -> float | None:
        """When the earliest timed wait ends; None where all wait for somebody."""
        steps = self._run.steps.values()
        dues = [p.wait.due_at for step in steps for p in step.parked.values()]
        return min((due for due in dues if due is not None), default=None)

    def should_park(self) -> bool:
        """Whether everything left waits, and for long."""
        steps = self._run.steps.values()
        if not steps or not all(step.at_rest for step in steps):
            return False
        due = self.next_due()
        return due is None or due - self._run.clock.now() > self._run.park_after

    def close_all(self) -> None:
        """The run ends: nothing waits any more."""
        for step in self._run.steps.values():
            for parked in step.parked.values():
                parked.wait.status = "closed"
                self._run.record.wait(parked.wait)

    def forget_timers(self) -> None:
        """No timer may fire any more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()


_WHY = {
    "timer": "Waiting until the time has come.",
    "retry": "Waiting for the next try.",
    "callback": "Waiting for a call from outside.",
    "approval": "Waiting for a person.",
    "child": "Waiting for another flow.",
    "decision": "Waiting for a person to say whether this happened.",
}
