"""One item's attempts: intent, try, outcome, retry or wait, and what an earlier owner left."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.engine.encode import encode, encode_outputs
from runtime.engine.history import StoredAttempt, StoredWait
from runtime.engine.outcome import Failure, as_node_error, dump_error, load_error
from runtime.engine.recorded import Recorded, nothing_recorded, reaches_outside
from runtime.engine.resolve import validated
from runtime.engine.retry import decide
from runtime.engine.rows import WaitRow
from runtime.sdk import (
    Effect,
    ErrorClass,
    Json,
    Node,
    NodeError,
    NodeParams,
    OnError,
    OnUnknown,
    Output,
    Park,
    ParkKind,
    ProcessLostError,
    Resumed,
)
from runtime.sdk.node import PlacedNode

if TYPE_CHECKING:
    from runtime.engine.step import StepExecution


MOST_PROCESSES_LOST = 3  # of one item in one worker; then the step is the likely reason


class StoppedItemError(Exception):
    """An item failed for good and its step's policy is to stop the flow."""

    def __init__(self, error: NodeError) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass(slots=True)
class ParkedItem:
    """An item that waits, and how the wait ended once it has."""

    wait: WaitRow
    attempt: int
    resumed: Resumed | None = None
    choice: str | None = None  # for an unknown outcome: repeat, done, stop
    value: Json = None


@dataclass(frozen=True, slots=True)
class _Again:
    """Another try is due after so many seconds."""

    delay: float


_Tried = Output | Failure | ParkedItem | _Again


class ItemRunner:
    """Brings one item from wherever it stands to a result or a wait."""

    def __init__(self, step: StepExecution, number: int, parked: ParkedItem | None = None) -> None:
        self.step = step
        self.owner = step.run
        self.node = step.node
        self.number = number
        self.parked = parked
        past = step.past.get(number, [])
        self.attempt = parked.attempt if parked else (past[-1].number if past else 0)
        self.processes_lost = 0  # since this worker has it
        self.failures = sum(1 for a in past if a.status in ("failed", "timed_out"))
        self.began = (past[0].started_at if past else None) or self.owner.clock.now()
        self.values = next((a.params for a in past if a.params is not None), None)
        self.last: StoredAttempt | None = past[-1] if past else None
        # Made beforehand, so that the node can tell people where to answer.
        self.token = secrets.token_hex(32) if step.node.type.waits else None

    # -- where to go on ----------------------------------------------------------------------

    async def run(self) -> Output | Failure | ParkedItem:
        """The item's result, or its wait."""
        if self.parked is not None:
            return await self._after_wait(self.parked)
        wait = self.owner.waiting.stored(self.step, self.number)
        if wait is not None:
            return await self._stored_wait(wait)
        last = self.last
        if last is None:
            return await self._tries()
        if last.status == "succeeded" and last.output is not None:
            return Output(last.output)
        if last.status in ("running", "lost"):  # lost: the owner before us died deciding on it
            return await self._lost(last)
        if last.status in ("failed", "timed_out") and last.next_at is None:
            return self._final(load_error(last.error))
        if last.next_at is not None:
            await asyncio.sleep(max(0.0, last.next_at - self.owner.clock.now()))
        return await self._tries()

    async def _stored_wait(self, wait: StoredWait) -> Output | Failure | ParkedItem:
        row = WaitRow(
            wait.id,
            self.owner.claim.id,
            self.node.key,
            self.step.ready.iteration,
            self.number,
            wait.number,
            wait.kind,
            wait.status,
            wait.token,
            wait.due_at,
            encode(wait.details),
            self.owner.clock.now(),
        )
        parked = ParkedItem(row, wait.number)
        due = wait.due_at is not None and wait.due_at <= self.owner.clock.now()
        if wait.status == "open" and not due:
            return parked
        settle_wait(parked, wait.kind, wait.status != "resolved", wait.outcome, wait.details)
        return await self._after_wait(parked)

    async def _after_wait(self, parked: ParkedItem) -> Output | Failure | ParkedItem:
        parked.wait.status = "closed"
        self.owner.record.wait(parked.wait)
        if parked.wait.kind == "retry":
            return await self._tries()
        if parked.wait.kind == "decision":
            return await self._decided(parked)
        outcome = await self._try(parked.resumed)
        return await self._tries(outcome) if isinstance(outcome, _Again) else outcome

    async def _lost(self, last: StoredAttempt) -> Output | Failure | ParkedItem:
        """The worker before us died in the middle: nobody knows whether the effect happened."""
        error = NodeError(
            "The worker stopped in the middle of this try.", error_class=ErrorClass.LOST
        )
        unknown = self.node.policy.on_unknown
        if self.node.effect is not Effect.EXTERNAL:
            unknown = OnUnknown.RETRY
        self._write("lost", error=error, started=last.started_at, why=_LOST_WHY[unknown])
        if unknown is OnUnknown.RETRY:
            return await self._tries()
        if unknown is OnUnknown.ASK:
            return self._park("decision", None, None)
        return self._failed(error)

    async def _decided(self, parked: ParkedItem) -> Output | Failure | ParkedItem:
        if parked.choice == "repeat":
            return await self._tries()
        if parked.choice == "done":
            return Output.one(parked.value)
        error = NodeError(
            "A person decided to stop here, because it was not known whether this "
            "step had already happened.",
            retryable=False,
        )
        return self._failed(error)

    # -- trying ------------------------------------------------------------------------------

    async def _tries(self, after: _Again | None = None) -> Output | Failure | ParkedItem:
        outcome: _Tried = after if after is not None else await self._try(None)
        while isinstance(outcome, _Again):
            if outcome.delay > self.owner.park_after:
                return self._park("retry", self.owner.clock.now() + outcome.delay, None)
            await asyncio.sleep(outcome.delay)
            outcome = await self._try(None)
        return outcome

    async def _try(self, resumed: Resumed | None) -> _Tried:
        """One attempt."""
        if resumed is None:
            self.attempt += 1
        self.step.attempts = max(self.step.attempts, self.attempt)
        started = self.owner.clock.now()
        try:
            params = self._params()
        except NodeError as error:
            return self._failed(error, started)
        if self.owner.recorded is not None and reaches_outside(self.node):
            return self._from_record(self.owner.recorded, started)
        await self._intent(started)
        try:
            output = await self._call(params, resumed)
        except asyncio.CancelledError:
            if self.owner.abandoned:  # the next owner finds it running, and asks the policy
                raise
            self._write("cancelled", started=started, why="The run ended before this did.")
            raise
        except ProcessLostError as error:
            return self._after_process_lost(error, started)
        except NodeError as error:
            return self._after_failure(error, started)
        if output.park is not None:
            return self._park_node(output.park)
        self._succeeded(output, started)
        return output

    def _from_record(self, recorded: Recorded, started: float) -> Output | Failure:
        """Nothing is sent: what the recorded run got for this item is the answer."""
        at = self.step.ready.iteration
        answer = recorded.answer(self.node, at, self.number, self.values)
        outcome = answer.outcome if answer is not None else nothing_recorded(self.node)
        why = answer.why if answer is not None else "Nothing was recorded for it."
        params = encode(self.values) if self.values is not None else None
        if isinstance(outcome, NodeError):
            self._write("failed", error=outcome, started=started, params=params, why=why)
            return self._final(outcome)
        kept = encode_outputs(outcome.ports) if len(self.step.numbers) > 1 else None
        self._write("succeeded", started=started, params=params, output=kept, why=why)
        self.step.why = why
        return outcome

    def _params(self) -> NodeParams:
        """The params of the first attempt, for ever: one idempotency key, one body."""
        if self.node.fixed is not None:
            return self.node.fixed
        if self.values is None:
            self.values = dict(self.step.values(self.number))
        return validated(self.node, self.values)

    async def _intent(self, started: float) -> None:
        """Say what is about to happen; before an outside effect the saying must be durable."""
        if self.node.effect is Effect.PURE and not self.owner.claim.isolated:
            return
        params = encode(self.values) if self.values is not None else None
        self._write("running", started=started, params=params, finished=False)
        if self.owner.intents and (
            self.node.effect is Effect.EXTERNAL or self.owner.claim.isolated
        ):
            await self.owner.journal.durable()

    async def _call(self, params: NodeParams, resumed: Resumed | None) -> Output:
        context = self.step.context(self.number, self.attempt, self.token)
        limit = self.node.policy.timeout_seconds
        try:
            async with _place(self.node.instance) as instance, asyncio.timeout(limit):
                if resumed is not None:
                    return await instance.resume(params, context, resumed)
                return await instance.run(params, context)
        except TimeoutError:
            raise NodeError(
                f"This took longer than {limit:g} seconds." if limit else "This took too long.",
                error_class=ErrorClass.TIMEOUT,
                fix="Allow more time in the tab “When it fails”, or ask for less at once.",
            ) from None
        except Exception as error:
            raise as_node_error(error) from error

    # -- outcomes ----------------------------------------------------------------------------

    def _succeeded(self, output: Output, started: float) -> None:
        if self.node.effect is Effect.PURE and self.attempt == 1 and not self.owner.claim.isolated:
            return
        several = len(self.step.numbers) > 1
        kept = encode_outputs(output.ports) if several else None
        usage = encode(dict(output.usage)) if output.usage else None
        self._write("succeeded", started=started, output=kept, usage=usage)

    def _after_failure(self, error: NodeError, started: float) -> _Again | Failure | ParkedItem:
        self.failures += 1
        clock = self.owner.clock
        decision = decide(
            self.node.policy.retry,
            number=self.failures,
            error=error,
            spent_seconds=clock.now() - self.began,
            random=clock.random,
        )
        status = "timed_out" if error.error_class is ErrorClass.TIMEOUT else "failed"
        next_at = clock.now() + decision.delay if decision.again else None
        self._write(status, error=error, started=started, why=decision.why, next_at=next_at)
        if decision.again:
            return _Again(decision.delay)
        return self._final(error)

    def _after_process_lost(
        self, error: ProcessLostError, started: float
    ) -> _Again | Failure | ParkedItem:
        """As after a worker's death, but here the step itself may be the reason."""
        self.processes_lost += 1
        unknown = self.node.policy.on_unknown
        if self.node.effect is not Effect.EXTERNAL:
            unknown = OnUnknown.RETRY
        if unknown is OnUnknown.RETRY and self.processes_lost == MOST_PROCESSES_LOST:
            self._write("lost", error=error, started=started, why=_CRASHES)
            return self._final(NodeError(_CRASHES, error_class=ErrorClass.LOST, retryable=False))
        self._write("lost", error=error, started=started, why=_PROCESS_LOST_WHY[unknown])
        if unknown is OnUnknown.RETRY:
            return _Again(0.0)
        if unknown is OnUnknown.ASK:
            return self._park("decision", None, None)
        return self._final(error)

    def _failed(self, error: NodeError, started: float | None = None) -> Failure:
        """A failure before the node was called at all."""
        if started is not None:
            self._write("failed", error=error, started=started, why="It did not get to start.")
        return self._final(error)

    def _final(self, error: NodeError) -> Failure:
        if self.node.policy.on_error is OnError.STOP:
            raise StoppedItemError(error)
        return Failure(error)

    def _park_node(self, park: Park) -> ParkedItem:
        token = None if park.kind is ParkKind.TIMER else self.token or secrets.token_hex(32)
        return self._park(park.kind.value, park.due_at, park.details, token)

    def _park(
        self, kind: str, due_at: float | None, details: Json, token: str | None = None
    ) -> ParkedItem:
        row = WaitRow(
            self.owner.new_id(),
            self.owner.claim.id,
            self.node.key,
            self.step.ready.iteration,
            self.number,
            self.attempt,
            kind,
            "open",
            token,
            due_at,
            encode(details),
            self.owner.clock.now(),
        )
        self.owner.record.wait(row)
        return ParkedItem(row, self.attempt)

    def _write(
        self,
        status: str,
        *,
        error: NodeError | None = None,
        started: float | None = None,
        params: bytes | None = None,
        output: bytes | None = None,
        usage: bytes | None = None,
        why: str | None = None,
        next_at: float | None = None,
        finished: bool = True,
    ) -> None:
        run = self.owner
        run.record.attempt(
            self.node,
            self.step.ready.iteration,
            self.number,
            self.attempt,
            status,
            params=params,
            output=output,
            error=encode(dump_error(error)) if error else None,
            why=why,
            usage=usage,
            started_at=started,
            finished_at=run.clock.now() if finished else None,
            next_at=next_at,
        )


def _place(instance: Node) -> AbstractAsyncContextManager[Node]:
    return instance.place() if isinstance(instance, PlacedNode) else nullcontext(instance)


_LOST_WHY = {
    OnUnknown.RETRY: "The worker stopped in the middle; the step was tried again.",
    OnUnknown.ASK: "The worker stopped in the middle; a person decides what to do.",
    OnUnknown.FAIL: "The worker stopped in the middle, and this step may not be repeated.",
}


_PROCESS_LOST_WHY = {
    OnUnknown.RETRY: "The step's process stopped in the middle; the step was tried again.",
    OnUnknown.ASK: "The step's process stopped in the middle; a person decides what to do.",
    OnUnknown.FAIL: "The step's process stopped in the middle, and it may not be repeated.",
}
_CRASHES = "This step crashed its process again and again, so it was given up."


def settle_wait(parked: ParkedItem, kind: str, expired: bool, outcome: Json, details: Json) -> None:
    """Put how a wait ended into a parked item."""
    if kind == "decision":
        answer = outcome if isinstance(outcome, dict) else {}
        parked.choice = str(answer.get("choice", "stop"))
        parked.value = answer.get("output")
    elif kind != "retry":
        parked.resumed = Resumed(ParkKind(kind), expired, outcome, details)
