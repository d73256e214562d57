"""One run while a worker holds it: drives the scheduler, starts steps, writes what happened.

Lives on one event loop; nothing here blocks it. It decides nothing about databases or brokers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import cast
from uuid import UUID

from runtime.engine.budgets import CEILING, Budgets, Spending, asked_for, too_late, too_much_stored
from runtime.engine.decisions import (
    Decision,
    JudgeRound,
    LoopOver,
    Ready,
    Skipped,
    has_nothing_to_do,
)
from runtime.engine.encode import encode
from runtime.engine.ending import (
    LET_GO,
    Ending,
    collect_output,
    encode_response,
    give_up,
    succeeded_with,
)
from runtime.engine.history import ClaimedRun
from runtime.engine.lineage import Record, flatten
from runtime.engine.outcome import StepResult, as_node_error, nothing, passed_through
from runtime.engine.ports import Clock, Journal, World
from runtime.engine.recorded import Recorded
from runtime.engine.recorder import Recorder
from runtime.engine.replay import Replay
from runtime.engine.resolve import validated
from runtime.engine.rows import RunRow
from runtime.engine.scheduler import Scheduler
from runtime.engine.scope import ItemScope, facts_of
from runtime.engine.step import StepExecution
from runtime.engine.verdicts import judge_round
from runtime.engine.waiting import Waiting
from runtime.graph.plan import Plan, PlanNode
from runtime.sdk import BatchNode, Item, NodeError, Respond

Place = tuple[int, str]
BREATH_SECONDS = 0.005  # the longest the loop is held without letting others go on
INLINE_ITEMS = 256  # cheap work on more items than this takes breaths
GRACE_SECONDS = 5.0  # for steps in flight when the run ends
PARK_AFTER_SECONDS = 30.0  # shorter waits stay in memory (their rows are written all the same)


class RunExecution:
    """Everything in memory of one active run."""

    def __init__(
        self,
        claim: ClaimedRun,
        plan: Plan,
        journal: Journal,
        world: World,
        clock: Clock,
        new_id: Callable[[], UUID],
        on_over: Callable[[RunExecution, RunRow], None],
        *,
        intents: bool = True,
        park_after: float = PARK_AFTER_SECONDS,
        recorded: Recorded | None = None,
        ceiling: Budgets = CEILING,
        frozen: bool = True,
    ) -> None:
        self.recorded = recorded  # answers in place of the world, where nothing may be sent
        self.park_after = park_after
        self.claim = claim
        self.plan = plan
        self.journal = journal
        self.world = world
        self.clock = clock
        self.new_id = new_id
        self.intents = intents
        self.frozen = frozen
        self.loop = asyncio.get_running_loop()
        self.budgets = asked_for(plan.document.settings).within(ceiling)
        self.record = Recorder(claim, journal, clock, self.budgets.stored_bytes, self._full)
        self.scheduler = Scheduler(plan)
        self.steps: dict[Place, StepExecution] = {}
        self.waiting = Waiting(self)
        self.ending: Ending | None = None
        self._on_over = on_over
        self._queue: list[Decision] = []  # short nearly always; an empty deque takes 760 bytes
        self._pumping = False
        self.replay = Replay(claim.history)
        self.spending = Spending(self.budgets, self.replay.steps, self.replay.items)
        self._partial_errors = self.replay.item_errors
        self._response = Respond(**claim.response) if claim.response else None
        self._over = False
        self._deadline: asyncio.TimerHandle | None = None
        self._giving_up: asyncio.Task[None] | None = None
        self._facts = facts_of(claim, plan, world)

    # -- beginning ---------------------------------------------------------------------------

    def start(self) -> None:
        """Begin, or go on from where the journal ends."""
        if self.claim.deadline_at is not None:
            left = max(0.0, self.claim.deadline_at - self.clock.now())
            late = too_late(self.plan.document.settings.deadline_seconds)
            self._deadline = self.loop.call_later(left, self.fail, "timed_out", late)
        trigger = self.plan.by_key.get(self.claim.trigger_key)
        if trigger is None:
            self.fail("failed", NodeError("The step that should start this run is not there."))
            return
        self.scheduler.taken = self.replay.taken(self.plan)
        self.scheduler.pinned = self.replay.pinned(self.plan)
        self.advance(self.scheduler.start(trigger, self.claim.items))

    # -- the pump ----------------------------------------------------------------------------

    def advance(self, decisions: Sequence[Decision]) -> None:
        """Act on what the scheduler decided."""
        self._queue.extend(decisions)
        if not self._pumping:
            self._pump()

    def _pump(self) -> None:
        self._pumping = True
        until = perf_counter() + BREATH_SECONDS
        try:
            while self.ending is None and self._fill():
                self._act(self._queue.pop(0))
                if perf_counter() > until:
                    self.loop.call_soon(self._pump)
                    return
        except Exception as error:  # noqa: BLE001  a fault of ours must end the run, not hang it
            self.fail("failed", as_node_error(error))
        finally:
            self._pumping = False
        self.check()

    def _fill(self) -> bool:
        """Whether there is something to act on; feeds the next stored step where there is not."""
        while not self._queue:
            following = self.replay.next(self)
            if following is None:
                return False
            self._queue.extend(following)
        return True

    def _act(self, decision: Decision) -> None:
        if isinstance(decision, Ready):
            self._begin(decision)
        elif isinstance(decision, Skipped):
            if not self.replay.skipped_before(decision):
                self.record.skipped(decision)
        elif isinstance(decision, JudgeRound):
            self._judge(decision)
        else:
            self._loop_over(decision)

    def _begin(self, ready: Ready) -> None:
        if self.replay.holds(ready):
            return
        recorded = self.replay.early(ready, self)
        if recorded is not None:
            self.advance(recorded)
            return
        node = ready.node
        main = ready.inputs[node.ports_in[0]] if node.ports_in else ready.inputs["in"]
        items = flatten(main or ())
        try:
            self.spending.begin(known=self.replay.knows(ready), items=len(items))
        except NodeError as error:
            self.fail("failed", error)
            return
        if node.disabled:
            self._complete(ready, passed_through(node, items), len(items))
        elif node.is_loop:
            self._open_loop(ready, items)
        elif has_nothing_to_do(ready, items):
            self._complete(ready, nothing(node), len(items))
        elif self._inline(node, items):
            step = StepExecution(self, ready, items)
            step.finish_batch(step.batch(cast(BatchNode, node.instance), step.numbers))
        else:
            step = StepExecution(self, ready, items)
            self.steps[(node.index, ready.iteration)] = step
            step.note("running")
            step.start()

    def _inline(self, node: PlanNode, items: Sequence[Item]) -> bool:
        cheap = node.batched and not node.params.formulas
        return cheap and len(items) <= INLINE_ITEMS and not self.claim.isolated

    # -- what steps ask of their run ---------------------------------------------------------

    async def intent(self) -> None:
        """For a run under suspicion every step is recorded before it starts."""
        if self.claim.isolated and self.intents:
            await self.journal.durable()

    def scope(self, record: Record, items: Sequence[Item], position: int | None) -> ItemScope:
        """The scope of an item's inserted data."""
        return ItemScope(
            self._facts,
            self.scheduler,
            record,
            items,
            position,
            self.clock.now(),
            self.scheduler.rounds_around(record),
        )

    # -- loops -------------------------------------------------------------------------------

    def _open_loop(self, ready: Ready, items: Sequence[Item]) -> None:
        node = ready.node
        before = self.replay.loop_settings(ready)
        try:
            scope = self.scope(ready.record, items, 0 if items else None)
            values = before if before is not None else node.params.resolve(scope)
            spec = node.type.loop_spec(validated(node, values))
        except NodeError as error:
            self.step_failed(StepExecution(self, ready, items), error)
            return
        if before is None:
            self.record.loop_begins(ready, len(items), values)
        self.advance(self.scheduler.open_loop(ready, spec))

    def _judge(self, round_: JudgeRound) -> None:
        loop = self.scheduler.loops[(round_.node.index, round_.iteration)]
        try:
            before = self.replay.went_on(round_.node.key, round_.iteration, round_.number)
            enough = not before and judge_round(round_, loop.spec, self)
        except NodeError as error:
            self.fail("failed", error, round_.node)
            return
        self.advance(self.scheduler.judged(round_.node, round_.iteration, enough))

    def _loop_over(self, over: LoopOver) -> None:
        loop = self.scheduler.loops[(over.node.index, over.iteration)]
        if not self.replay.finished_loop(over):
            self.record.loop_over(over, sum(len(piece.items) for piece in loop.record.inputs))

    # -- how steps end -----------------------------------------------------------------------

    def complete(self, step: StepExecution, result: StepResult) -> None:
        """A step has its result; raises NodeError where it cannot be kept."""
        self._complete(
            step.ready, result, step.received, attempts=step.attempts, started=step.started_at
        )

    def _complete(
        self,
        ready: Ready,
        result: StepResult,
        received: int,
        *,
        attempts: int = 0,
        started: float | None = None,
    ) -> None:
        self.spending.give(result.outputs)
        self.record.done(ready, result, received, attempts, started)
        self.steps.pop((ready.node.index, ready.iteration), None)
        self._partial_errors += result.failures
        self.advance(self.scheduler.complete(ready, result.outputs, result.origins))

    def forget(self, step: StepExecution) -> None:
        """It is over."""
        self.steps.pop((step.node.index, step.ready.iteration), None)

    def _full(self) -> None:
        self.fail("failed", too_much_stored(self.budgets.stored_bytes))

    def step_failed(self, step: StepExecution, error: NodeError) -> None:
        """A step failed for good under *stop*: the run fails."""
        if self.ending is not None:
            return
        self.forget(step)
        step.log.close()
        step.note("failed", error=error)
        self.fail("failed", error, step.node, others=[step])

    def respond(self, answer: Respond) -> None:
        """The first answer for the caller counts.

        Written before the step that gave it: a new owner does not run that step again.
        """
        if self._response is None:
            self._response = answer
            self.record.run("running", response=encode_response(self._response))

    # -- ends --------------------------------------------------------------------------------

    def check(self) -> None:
        """After every change: is the run over, or does all that is left wait?"""
        if self.ending or self._pumping or self._queue or self._over:
            return
        if self.scheduler.over and not self.steps:
            self._succeed()
        elif self.waiting.should_park():
            self._end("waiting", wake_at=self.waiting.next_due(), **self._standing())

    def _succeed(self) -> None:
        try:
            output = encode(collect_output(self.scheduler, self._response))
        except NodeError as error:
            self.fail("failed", error)
            return
        self._finish("succeeded", output=output, reason=succeeded_with(self._partial_errors))

    def cancel(self, by: str) -> None:
        """Stop on request."""
        self.fail("cancelled", NodeError(f"Stopped by {by}." if by else "Stopped."))

    def fail(
        self,
        status: str,
        error: NodeError,
        node: PlanNode | None = None,
        others: Sequence[StepExecution] = (),
    ) -> None:
        """Start no further step, cancel what is in flight, then end once."""
        if self.ending is not None or self._over:
            return
        self.ending = Ending(status, error, node)
        self._queue.clear()
        self._forget_timers()
        self._giving_up = self.loop.create_task(
            self._give_up(self.ending, [*self.steps.values(), *others])
        )

    async def _give_up(self, ending: Ending, steps: Sequence[StepExecution]) -> None:
        await give_up([task for step in steps for task in step.tasks], GRACE_SECONDS)
        self.waiting.close_all()
        for step in self.steps.values():
            step.log.close()
            step.note("cancelled", "Stopped because the run ended.")
        for (index, iteration), loop in self.scheduler.loops.items():
            if not loop.over:
                self.record.loop_given_up(self.plan.nodes[index], iteration)
        self._finish(ending.status, error=encode(ending.dump()), reason=ending.reason)

    def _finish(self, status: str, **rest: object) -> None:
        self._end(status, finished_at=self.clock.now(), **rest, **self._standing())

    def _end(self, status: str, **rest: object) -> None:
        self._over = True
        self._forget_timers()
        for step in self.steps.values():
            step.let_go()
        self._on_over(self, self.record.run(status, **rest))

    def _standing(self) -> dict[str, object]:
        return {
            "response": encode_response(self._response),
            "partial_errors": self._partial_errors,
        }

    def _forget_timers(self) -> None:
        self.waiting.forget_timers()
        if self._deadline is not None:
            self._deadline.cancel()

    @property
    def letting_go(self) -> bool:
        """Whether it is being parked, ended or handed on: nothing more may begin here."""
        return self._over or self.ending is not None

    @property
    def abandoned(self) -> bool:
        """Whether this owner lets go of the run instead of ending it."""
        return self._over or (self.ending is not None and self.ending.status == LET_GO.status)

    def drain(self) -> None:
        """Start nothing more; what is in flight may still end and is written."""
        self._forget_timers()
        self.ending = self.ending or LET_GO

    def abandon(self) -> None:
        """Let go without a word: the run belongs to somebody else, or the worker stops.

        Cancels at once, so that nothing an attempt waited for can make it begin after all.
        """
        self._over = True
        self.drain()
        self.ending = LET_GO
        self.record.close()
        if self._giving_up is not None:
            self._giving_up.cancel()
        for step in self.steps.values():
            step.let_go()

    @property
    def in_flight(self) -> bool:
        """Whether a step runs right now (waiting ones do not count), or the run is being ended."""
        ends = self._giving_up is not None and not self._giving_up.done()
        return ends or any(step.tasks and not step.at_rest for step in self.steps.values())
