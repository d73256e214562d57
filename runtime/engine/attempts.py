"""One item's attempts: intent, try, outcome, retry or wait, and what an earlier owner left."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from runtime.engine.encode import decode, encode, encode_outputs
from runtime.engine.history import StoredAttempt, StoredWait
from runtime.engine.outcome import (
    Failure,
    StoppedItemError,
    as_node_error,
    dump_error,
    load_error,
    stopped_by_a_person,
    took_too_long,
)
from runtime.engine.parking import (
    NOT_PARKED,
    ParkedItem,
    address_row,
    closed,
    dump_pause,
    dump_resumed,
    new_row,
    row_of,
    row_of_park,
)
from runtime.engine.recorded import Recorded, reaches_outside
from runtime.engine.resolve import validated
from runtime.engine.retry import Again, decide
from runtime.engine.rows import WaitRow
from runtime.engine.words import CRASHES, CUT_OFF, LOST_WHY, PROCESS_LOST_WHY
from runtime.sdk import (
    Effect,
    ErrorClass,
    Json,
    NodeError,
    NodeParams,
    NotNowError,
    OnError,
    OnUnknown,
    Output,
    Park,
    ParkKind,
    ProcessLostError,
    Resumed,
)

if TYPE_CHECKING:
    from runtime.engine.step import StepExecution


MOST_PROCESSES_LOST = 3  # of one item in one worker; then the step is the likely reason


_Tried = Output | Failure | ParkedItem | Again


class ItemRunner:
    """Brings one item from wherever it stands to a result or a wait."""

    def __init__(self, step: StepExecution, number: int) -> None:
        self.step = step
        self.owner = step.run
        self.node = step.node
        self.number = number
        past = step.past.get(number, [])
        self.attempt = past[-1].number if past else 0
        self.processes_lost = 0  # since this worker has it
        self.failures = sum(1 for a in past if a.status in ("failed", "timed_out"))
        self.began = (past[0].started_at if past else None) or self.owner.clock.now()
        self.values = next((a.params for a in past if a.params is not None), None)
        self.last: StoredAttempt | None = past[-1] if past else None
        self.resumed: Resumed | None = None  # the end of a wait that the next try goes on from
        self._continues = False  # going on after a wait is still the same try
        self._wait: WaitRow | None = None  # closed by the row that says what came of the try
        self._decided: WaitRow | None = None  # closed by the next row of any kind

    # -- where to go on ----------------------------------------------------------------------

    async def run(self) -> Output | Failure | ParkedItem:
        """The item's result, or its wait."""
        address = self.owner.waiting.address(self.step, self.number)
        self._wait = row_of(self, address) if address is not None else None
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
            return await self._tries(Again(max(0.0, last.next_at - self.owner.clock.now())))
        return await self._tries()

    async def _stored_wait(self, wait: StoredWait) -> Output | Failure | ParkedItem:
        parked = ParkedItem(row_of(self, wait), self)
        due = wait.due_at is not None and wait.due_at <= self.owner.clock.now()
        if wait.status == "open" and not due:
            return parked
        parked.by_our_clock = wait.status == "open"
        parked.settle(expired=wait.status != "resolved", outcome=wait.outcome)
        return await self.go_on(parked)

    async def go_on(self, parked: ParkedItem) -> Output | Failure | ParkedItem:
        """The wait has ended."""
        if parked.in_doubt:
            await self._ask_who_was_first(parked)
        self.resumed = parked.resumed
        if parked.wait.kind == "retry":
            parked.wait.status = "closed"
            self.owner.record.wait(parked.wait)
            return await self._tries()
        if parked.wait.kind == "decision":
            self._decided = parked.wait
            return await self._after_decision(parked)
        if parked.before_its_try:
            self._decided, self._continues = parked.wait, True
            return await self._tries()
        self._wait, self._continues = parked.wait, True
        return await self._tries()

    async def _ask_who_was_first(self, parked: ParkedItem) -> None:
        """Somebody may have been told that his answer counts: then it does."""
        row = parked.wait
        row.status = "expired"
        self.owner.record.wait(row)
        await self.owner.journal.durable()
        parked.settle(expired=row.status != "resolved", outcome=decode(row.outcome))

    async def _lost(self, last: StoredAttempt) -> Output | Failure | ParkedItem:
        """The worker before us died in the middle: nobody knows whether the effect happened."""
        error = NodeError(
            "The worker stopped in the middle of this try.", error_class=ErrorClass.LOST
        )
        unknown = self.node.policy.on_unknown
        if self.node.effect is not Effect.EXTERNAL:
            unknown = OnUnknown.RETRY
        why, over = LOST_WHY[unknown], unknown is OnUnknown.FAIL
        self._write("lost", error=error, started=last.started_at, why=why, closes=over)
        if unknown is OnUnknown.RETRY:
            return await self._tries()
        if unknown is OnUnknown.ASK:
            return self._park("decision", None)
        return self._failed(error)

    async def _after_decision(self, parked: ParkedItem) -> Output | Failure | ParkedItem:
        """The decision is closed by the row that follows from it: nobody is asked twice."""
        if parked.choice == "repeat":
            return await self._tries()
        if parked.choice == "done":
            output = Output.one(parked.value)
            kept = encode_outputs(output.ports)
            self._write("succeeded", output=kept, why="A person said that this was done.")
            return output
        error = stopped_by_a_person()
        self._write("failed", error=error, why="A person decided to stop here.")
        return self._final(error)

    # -- trying ------------------------------------------------------------------------------

    async def _tries(self, after: Again | None = None) -> Output | Failure | ParkedItem:
        outcome: _Tried = after if after is not None else await self._try()
        while isinstance(outcome, Again):
            if outcome.delay > self.owner.park_after:
                return self._park("retry", self.owner.clock.now() + outcome.delay)
            await asyncio.sleep(outcome.delay)
            outcome = await self._try()
        return outcome

    async def _try(self) -> _Tried:
        """One attempt."""
        if not self._continues:
            self.attempt += 1
        self._continues = False
        self.step.attempts = max(self.step.attempts, self.attempt)
        started = self.owner.clock.now()
        try:
            params = self._params()
        except NodeError as error:
            return self._failed(error, started)
        if self.owner.recorded is not None and reaches_outside(self.node):
            return self._from_record(self.owner.recorded, started)
        await self._intent(params, started)
        try:
            output = await self._call(params)
        except asyncio.CancelledError:
            if self.owner.abandoned:  # the next owner finds it running, and asks the policy
                raise
            self._write("cancelled", started=started, why=CUT_OFF, closes=True)
            raise
        except NotNowError as later:
            return self._not_now(later)
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
        outcome, why = recorded.answer(self.node, at, self.number, self.values)
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
        if self.values is None or not self.owner.frozen:
            self.values = dict(self.step.values(self.number))
        return validated(self.node, self.values)

    async def _intent(self, params: NodeParams, started: float) -> None:
        """Say what is about to happen; before an outside effect the saying must be durable.

        So must the wait of a step that may hand out an address: an answer can come before the step
        parks, and at once.
        """
        asks = self.resumed is None and self._wait is None and self.node.type.calls_back(params)
        if asks:
            self._wait = address_row(self)
            self.owner.record.wait(self._wait)
        isolated = self.owner.claim.isolated
        if self.node.effect is not Effect.PURE or isolated:
            values = encode(self.values) if self.values is not None else None
            self._write("running", started=started, params=values, finished=False)
        if asks or (self.owner.intents and (self.node.effect is Effect.EXTERNAL or isolated)):
            await self.owner.journal.durable()

    async def _call(self, params: NodeParams) -> Output:
        resumed = self.resumed
        wait = self._wait
        token = wait.token if wait is not None and wait.number == NOT_PARKED else None
        context = self.step.context(self.number, self.attempt, token)
        limit = self.node.policy.timeout_seconds
        try:
            async with self.node.instance.place() as instance, asyncio.timeout(limit):
                if resumed is not None:
                    return await instance.resume(params, context, resumed)
                return await instance.run(params, context)
        except TimeoutError:
            raise took_too_long(limit) from None
        except NotNowError:
            raise
        except Exception as error:
            raise as_node_error(error) from error

    # -- outcomes ----------------------------------------------------------------------------

    def _succeeded(self, output: Output, started: float) -> None:
        waited = self._wait is not None
        first = self.attempt == 1 and not waited
        if self.node.effect is Effect.PURE and first and not self.owner.claim.isolated:
            return
        # What came of an answer is kept with it: the next owner cannot ask for it again.
        kept = encode_outputs(output.ports) if waited or len(self.step.numbers) > 1 else None
        usage = encode(dict(output.usage)) if output.usage else None
        self._write("succeeded", started=started, output=kept, usage=usage, closes=True)

    def _after_failure(self, error: NodeError, started: float) -> Again | Failure | ParkedItem:
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
        self._write(
            status,
            error=error,
            started=started,
            why=decision.why,
            next_at=next_at,
            closes=not decision.again or self.node.type.starts_over,
        )
        if self.node.type.starts_over:
            self.resumed = None
        if decision.again:
            return Again(decision.delay)
        return self._final(error)

    def _after_process_lost(
        self, error: ProcessLostError, started: float
    ) -> Again | Failure | ParkedItem:
        """As after a worker's death, but here the step itself may be the reason."""
        self.processes_lost += 1
        unknown = self.node.policy.on_unknown
        if self.node.effect is not Effect.EXTERNAL:
            unknown = OnUnknown.RETRY
        if unknown is OnUnknown.RETRY and self.processes_lost == MOST_PROCESSES_LOST:
            self._write("lost", error=error, started=started, why=CRASHES, closes=True)
            return self._final(NodeError(CRASHES, error_class=ErrorClass.LOST, retryable=False))
        why, over = PROCESS_LOST_WHY[unknown], unknown is OnUnknown.FAIL
        self._write("lost", error=error, started=started, why=why, closes=over)
        if unknown is OnUnknown.RETRY:
            return Again(0.0)
        if unknown is OnUnknown.ASK:
            return self._park("decision", None)
        return self._final(error)

    def _failed(self, error: NodeError, started: float | None = None) -> Failure:
        """A failure before the node was called at all."""
        if started is not None:
            why = "It did not get to start."
            self._write("failed", error=error, started=started, why=why, closes=True)
        return self._final(error)

    def _final(self, error: NodeError) -> Failure:
        if self.node.policy.on_error is OnError.STOP:
            raise StoppedItemError(error)
        return Failure(error)

    def _park_node(self, park: Park) -> ParkedItem:
        """Wait as the node asks; an address it handed out before stays the one that counts."""
        before, self._wait = self._wait, None
        if park.kind is not ParkKind.TIMER and before is not None and before.number == NOT_PARKED:
            before.number, before.kind = self.attempt, park.kind.value
            before.due_at, before.details = park.due_at, encode(park.details)
            self.owner.record.wait(before)
            return ParkedItem(before, self)
        self.resumed = None
        return self._parked(row_of_park(self, park), before)

    def _park(self, kind: str, due_at: float | None, details: Json = None) -> ParkedItem:
        """Wait for the next try, or for a person to say whether there is to be one."""
        answered, resumed = None, dump_resumed(self.resumed)
        if self.resumed is not None:
            answered, self._wait = self._wait, None
        kept = resumed if details is None else details
        row = new_row(self, kind, number=self.attempt, due_at=due_at, details=kept)
        return self._parked(row, answered)

    def _not_now(self, later: NotNowError) -> ParkedItem:
        """The try waits before it has done anything: it begins again, and is still the same."""
        details = dump_pause(later, self.resumed)
        return self._park("approval" if later.question else "place", later.due_at, details)

    def _parked(self, row: WaitRow, before: WaitRow | None) -> ParkedItem:
        """Write a wait, and in the same commit that the one before it is over."""
        self.owner.record.wait(row, *closed(before))
        return ParkedItem(row, self)

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
        closes: bool = False,
    ) -> None:
        """Write how the attempt stands; `closes` the wait it came from in the same commit."""
        run = self.owner
        over = [*closed(self._decided), *(closed(self._wait) if closes else ())]
        self._decided = None
        if closes:
            self._wait = None
        run.record.attempt(
            self.node,
            self.step.ready.iteration,
            self.number,
            self.attempt,
            status,
            over,
            params=params,
            output=output,
            error=encode(dump_error(error)) if error else None,
            why=why,
            usage=usage,
            started_at=started,
            finished_at=run.clock.now() if finished else None,
            next_at=next_at,
        )
