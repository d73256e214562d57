"""One step that takes time: its items, their attempts, and what becomes of them.

Everything an attempt decides is written to the journal before anything follows from it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from runtime.engine.attempts import ItemRunner
from runtime.engine.context import AttemptLog, StepContext, StepLog
from runtime.engine.decisions import Ready
from runtime.engine.history import StoredAttempt
from runtime.engine.lineage import flatten
from runtime.engine.outcome import (
    Failure,
    StepResult,
    StoppedItemError,
    as_node_error,
    combine,
    whole,
)
from runtime.engine.parking import ParkedItem
from runtime.engine.place import at_work
from runtime.engine.resolve import Values, resolve_formulas, resolve_one, validated
from runtime.engine.scope import ItemScope
from runtime.engine.shown import ShownWords, Speaker, is_watched
from runtime.sdk import BatchNode, Item, Mode, NodeError, NodeParams, Output

if TYPE_CHECKING:
    from runtime.engine.execution import RunExecution
    from runtime.engine.inner import InnerSteps as Inner

PARALLEL_ITEMS = 100  # items of one step in flight, where the policy does not say
CHUNK = 256  # items of cheap work between two breaths of the loop
BATCH = -1  # the item number of an attempt that covers the whole list


class StepExecution:
    """The state of one running or waiting step."""

    def __init__(self, run: RunExecution, ready: Ready, items: Sequence[Item]) -> None:
        self.run = run
        self.ready = ready
        self.node = ready.node
        self.items = items
        self.log = StepLog(run, ready.node.key, ready.iteration)
        self.attempts = 0  # the most that any item needed
        self.why: str | None = None  # said beside its result
        self.started_at = run.clock.now()
        self.results: dict[int, Output | Failure] = {}
        self.parked: dict[int, ParkedItem] = {}
        self.formulas: list[Values | NodeError] | None = None
        self.tasks: set[asyncio.Task[None]] = set()
        self.pending: list[int] = []
        self.inner: dict[int, Inner] = {}  # by item, of those that take steps inside of it
        place = (self.node.key, ready.iteration)
        self.past: dict[int, list[StoredAttempt]] = {}
        for attempt in run.claim.history.attempts.get(place, ()):
            self.past.setdefault(attempt.item, []).append(attempt)

    @property
    def inputs(self) -> Mapping[str, Sequence[Item] | None]:
        """Every port's list; None where nothing will ever come."""
        return {
            port: None if slices is None else flatten(slices)
            for port, slices in self.ready.inputs.items()
        }

    @property
    def numbers(self) -> Sequence[int]:
        """The item numbers it works on."""
        return range(len(self.items)) if self.node.mode is Mode.EACH else (BATCH,)

    @property
    def received(self) -> int:
        """How many items came: by all entries, where the step takes them all at once."""
        if self.node.mode is Mode.EACH:
            return len(self.items)
        return sum(len(items or ()) for items in self.inputs.values())

    @property
    def at_rest(self) -> bool:
        """Whether nothing of it goes on: its items wait, or the steps inside of it do."""
        held = sum(1 for inner in self.inner.values() if inner.at_rest)
        return len(self.tasks) <= held and bool(self.parked or held)

    def start(self) -> None:
        """Begin with all items."""
        self.spawn(self._run())

    def let_go(self) -> None:
        """The run is not ours any longer. Whatever still waits here for a step inside ends."""
        for task in self.tasks:
            task.cancel()

    def note(self, status: str, why: str | None = None, error: NodeError | None = None) -> None:
        """Write how the step stands."""
        self.run.record.state(
            self.ready, status, self.received, self.attempts, self.started_at, why, error
        )

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run a coroutine as a task of this step; keeps it alive and reports its failure."""
        task = self.run.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.run.fail("failed", as_node_error(error))
        elif not self.run.ending:
            self.run.check()

    async def _run(self) -> None:
        if self.node.params.formulas:
            scopes = [self.scope(number) for number in self.numbers]
            self.formulas = await resolve_formulas(self.node, scopes, self.run.world)
        if isinstance(self.node.instance, BatchNode):
            await self._run_batch(self.node.instance)
            return
        self.pending = list(reversed(self.numbers))
        limit = min(self.node.policy.concurrency or PARALLEL_ITEMS, len(self.pending))
        for _ in range(limit - 1):
            self.spawn(self._take())
        await self._take()

    async def _take(self) -> None:
        """Work through the items until none is left or the step has failed."""
        while self.pending and not self.run.ending:
            if not await self.attempt(ItemRunner(self, self.pending.pop())):
                return  # whoever wakes it goes on with the rest

    async def attempt(self, runner: ItemRunner, after: ParkedItem | None = None) -> bool:
        """Run one item until it has a result, waits, or stops the flow.

        False where it waits before its try: it counts as one of those in flight, and keeps the
        items behind it from overtaking.
        """
        try:
            outcome = await (runner.run() if after is None else runner.go_on(after))
        except StoppedItemError as stopped:
            self.give_up(stopped.error)
            return True
        if isinstance(outcome, ParkedItem):
            self.parked[runner.number] = outcome
            self.run.waiting.begin(self, outcome)
            return not outcome.before_its_try
        self.results[runner.number] = outcome
        if len(self.results) == len(self.numbers):
            self._finish()
        return True

    async def _go_on(self, parked: ParkedItem) -> None:
        """An item goes on after its wait; one that held back others lets them come after it."""
        held = parked.before_its_try
        if await self.attempt(parked.runner, parked) and held:
            await self._take()

    def _finish(self) -> None:
        if self.node.mode is Mode.ALL:
            result = whole(self.node, self.received, self.results[BATCH])
        else:
            result = combine(self.node, self.items, [self.results[n] for n in self.numbers])
        result.why = result.why or self.why
        self._answer(self.results.values())
        self.conclude(result)

    def conclude(self, result: StepResult) -> None:
        """Hand the result to the run; a step whose result cannot be kept fails."""
        self.log.close()
        try:
            self.run.complete(self, result)
        except NodeError as error:
            self.give_up(error)

    def give_up(self, error: NodeError) -> None:
        """It failed for good, and so does the run."""
        self.run.step_failed(self, error)

    async def _run_batch(self, instance: BatchNode) -> None:
        """Cheap pure work on many items, with a breath for others now and then."""
        outcomes: list[Output | Failure] = []
        await self.run.intent()
        if self.node.mode is Mode.ALL:
            self.finish_batch(self.batch(instance, self.numbers))
            return
        for start in range(0, len(self.items), CHUNK):
            numbers = range(start, min(start + CHUNK, len(self.items)))
            outcomes.extend(self.batch(instance, numbers))
            await asyncio.sleep(0)
        self.finish_batch(outcomes)

    def batch(self, instance: BatchNode, numbers: Sequence[int]) -> list[Output | Failure]:
        """Results of these items, without attempt rows."""
        if self.node.mode is Mode.ALL:
            return [self._whole(instance)]
        params = []
        failed: dict[int, Failure] = {}
        for number in numbers:
            try:
                params.append(self._params(number))
            except NodeError as error:
                failed[number] = Failure(error)
        good = [number for number in numbers if number not in failed]
        made = iter(instance.run_batch(params, [self.items[n] for n in good]) if good else ())
        results: list[Output | Failure] = []
        for number in numbers:
            outcome: Output | Failure | BaseException = failed.get(number) or next(made)
            if isinstance(outcome, BaseException):
                results.append(Failure(as_node_error(outcome)))
            else:
                results.append(outcome)
        return results

    def _whole(self, instance: BatchNode) -> Output | Failure:
        try:
            return instance.run_whole(self._params(BATCH), self.items)
        except Exception as error:  # noqa: BLE001  a step that breaks fails; its run goes on or not
            return Failure(as_node_error(error))

    def finish_batch(self, outcomes: list[Output | Failure]) -> None:
        """Close a batch step; the first failure fails it where the policy says *stop*."""
        self.attempts = 1
        if self.node.mode is Mode.ALL:
            result = whole(self.node, self.received, outcomes[0])
        else:
            result = combine(self.node, self.items, outcomes)
        if result.first_error is not None and self.node.policy.on_error == "stop":
            self.give_up(result.first_error)
            return
        self._answer(outcomes)
        self.conclude(result)

    def _answer(self, outcomes: Iterable[Output | Failure]) -> None:
        for outcome in outcomes:
            if isinstance(outcome, Output) and outcome.respond is not None:
                self.run.respond(outcome.respond)

    def scope(self, number: int) -> ItemScope:
        """Where an item's inserted data comes from."""
        position = None if number == BATCH else number
        return self.run.scope(self.ready.record, self.items, position)

    def values(self, number: int) -> Values:
        """The resolved settings of an item; raises NodeError."""
        formulas = None
        if self.formulas is not None:
            found = self.formulas[max(number, 0)]
            if isinstance(found, NodeError):
                raise found
            formulas = found
        return resolve_one(self.node, self.scope(number), formulas)

    def _params(self, number: int) -> NodeParams:
        """Validated params of one item; raises NodeError."""
        return self.node.fixed or validated(self.node, self.values(number))

    def context(self, number: int, attempt: int, token: str | None) -> StepContext:
        """What the node sees of one attempt."""
        run, key, at = self.run, self.node.key, self.ready.iteration
        at_work(run.claim, self.ready, number, attempt)
        return StepContext(
            run,
            AttemptLog(run, key, at, number, attempt, self.log),
            self.items,
            self.inputs,
            number,
            attempt,
            f"{run.claim.id}/{key}/{at}/{number}",
            run.world.callback_url(token) if token else None,
            self._inner(number) if self.node.type.uses_tools else None,
            self._shown(number, attempt),
        )

    def speaker(self, number: int) -> Speaker:
        """As whose words are shown what it says."""
        return Speaker(self.node, self.ready.iteration, number)

    def _shown(self, number: int, attempt: int) -> ShownWords | None:
        if not (self.node.type.streams and is_watched(self.run)):
            return None
        return ShownWords(self.run, self.speaker(number), attempt)

    def _inner(self, number: int) -> Inner:
        """A new try begins anew, and asks for the same in the same order."""
        from runtime.engine.inner import InnerSteps

        inner = self.inner[number] = InnerSteps(self, number)
        return inner

    def wake(self, number: int) -> None:
        """A parked item's time has come, or its wait was answered."""
        parked = self.parked.pop(number, None)
        if parked is not None:
            self.spawn(self._go_on(parked))
