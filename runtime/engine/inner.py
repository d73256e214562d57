"""Steps inside of a step: what an agent thinks and uses, each one journalled for itself.

They are done like any other step, with tries, waits and a log, but the scheduler knows nothing of
them: their results go to the step that asked. It is begun anew by whoever goes on after a crash,
and gets from the journal what had ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from runtime.engine.address import inner_address
from runtime.engine.decisions import Ready
from runtime.engine.lineage import Slice
from runtime.engine.outcome import StepResult
from runtime.engine.resolve import Values
from runtime.engine.scope import ItemScope
from runtime.engine.shown import Speaker
from runtime.engine.step import StepExecution
from runtime.graph.plan import PlanNode
from runtime.graph.tools import tool_names
from runtime.sdk import ErrorClass, Json, NodeError, Offer, Output, Tool


class InnerSteps:
    """See `runtime.sdk.Steps`: those of one item (-1: of the whole list)."""

    def __init__(self, outer: StepExecution, number: int) -> None:
        self._outer, self._number = outer, number
        self._taken = 0
        self._usable: dict[str, tuple[Tool, PlanNode, Offer | None]] | None = None
        self._under_way: set[InnerStep] = set()  # until whoever asked goes on

    @property
    def at_rest(self) -> bool:
        """Whether whoever asked can do nothing but wait, and for long."""
        steps = self._under_way
        return bool(steps) and all(s.at_rest and not s.result.done() for s in steps)

    async def tools(self) -> Sequence[Tool]:
        """What may be used; raises NodeError."""
        if self._usable is None:
            self._usable = await self._listed()
        return [shown for shown, _, _ in self._usable.values()]

    async def use(self, tool: str, values: Mapping[str, Json]) -> Output:
        """Use a tool; raises NodeError."""
        await self.tools()
        if tool not in (self._usable or {}):
            raise NodeError(
                f"There is no tool called “{tool[:80]}”.",
                error_class=ErrorClass.INPUT,
                retryable=False,
            )
        shown, node, offer = (self._usable or {})[tool]
        source = node.type.tool_source
        if source is not None and offer is not None:
            return await self._take(node, source.using(offer.name, values), own_words=True)
        filled = set(shown.schema.get("properties", ()))
        given = {n: v for n, v in values.items() if n in filled}
        return await self._take(node, given, own_words=True)

    async def _listed(self) -> dict[str, tuple[Tool, PlanNode, Offer | None]]:
        """By name. Those that stand for several are asked one after the other, in the wires' order:
        who goes on after a crash must ask alike."""
        tools = self._outer.node.tools
        single = [tool for tool in tools if tool.node.type.tool_source is None]
        found: dict[str, tuple[Tool, PlanNode, Offer | None]] = {}
        for tool in single:
            found[tool.shown.name] = (tool.shown, tool.node, None)
        for tool in tools:
            source = tool.node.type.tool_source
            if source is None:
                continue
            offers = source.offers(await self._take(tool.node, source.listing(), own_words=True))
            names = tool_names([f"{tool.node.key}_{offer.name}" for offer in offers], found)
            for name, offer in zip(names, offers, strict=True):
                found[name] = (_shown(tool.shown, name, offer), tool.node, offer)
        return found

    async def take(self, role: str, values: Mapping[str, Json]) -> Output:
        """Take a step of the node's own; raises NodeError."""
        return await self._take(self._outer.node.inner[role], values, own_words=False)

    async def _take(self, node: PlanNode, values: Mapping[str, Json], *, own_words: bool) -> Output:
        self._taken += 1
        outer = self._outer
        at = inner_address(outer.ready.iteration, outer.node.key, self._number, self._taken)
        before = outer.run.replay.inner(node.key, at)
        if before is not None and before.status == "succeeded" and before.output is not None:
            return Output(before.output)
        step = InnerStep(outer, self._number, node, at, values, own_words=own_words)
        outer.run.spending.begin(known=before is not None, items=len(step.items))
        self._under_way.add(step)
        try:
            step.begin()
            made: Output = await step.result
            return made
        except asyncio.CancelledError:
            step.abandon()
            raise
        finally:
            self._under_way.discard(step)


def _shown(tool: Tool, name: str, offer: Offer) -> Tool:
    """One of the tools a step stands for: its own words, the step's rules."""
    return replace(
        tool,
        name=name,
        label=f"{tool.label}: {offer.label}",
        guidance=offer.guidance,
        schema=offer.schema,
        asks_first=tool.asks_first or offer.asks_first,
    )


class InnerStep(StepExecution):
    """One of them. Data it inserts is that of the item its outer step works on."""

    def __init__(
        self,
        outer: StepExecution,
        number: int,
        node: PlanNode,
        at: str,
        values: Mapping[str, Json],
        *,
        own_words: bool,
    ) -> None:
        items = [outer.items[max(number, 0)]] if outer.items else []
        inputs = {"in": (Slice(outer.ready.record, "in", items),)}
        super().__init__(outer.run, Ready(node, at, inputs, outer.ready.record), items)
        self._outer, self._number, self._given = outer, number, values
        self.result: asyncio.Future[Output] = outer.run.loop.create_future()
        self._own_words = own_words

    def begin(self) -> None:
        """Start with its one item."""
        self.run.steps[(self.node.index, self.ready.iteration)] = self
        self.note("running")
        self.start()

    def note(self, status: str, why: str | None = None, error: NodeError | None = None) -> None:
        """Write how it stands; while it waits, so does the step it is inside of."""
        super().note(status, why, error)
        if status == "waiting":
            self._outer.note(status, why)

    def wake(self, number: int) -> None:
        """See `StepExecution.wake`."""
        if number in self.parked:
            self._outer.note("running")
        super().wake(number)

    def scope(self, number: int) -> ItemScope:
        """See `StepExecution.scope`."""
        return self._outer.scope(self._number)

    def speaker(self, number: int) -> Speaker:
        """See `StepExecution.speaker`: what an agent thinks, the agent says; not so its tools."""
        return super().speaker(number) if self._own_words else self._outer.speaker(self._number)

    def values(self, number: int) -> Values:
        """What a person set, and what was given by whoever uses it."""
        return {**super().values(number), **self._given}

    def conclude(self, result: StepResult) -> None:
        """Keep the result and hand it to whoever asked."""
        self.log.close()
        try:
            self.run.spending.give(result.outputs)
            attempts, started = self.attempts, self.started_at
            self.run.record.done(self.ready, result, self.received, attempts, started)
        except NodeError as error:
            self.give_up(error)
            return
        self.run.forget(self)
        if not self.result.done():
            self.result.set_result(Output(result.outputs))

    def give_up(self, error: NodeError) -> None:
        """It failed for good: whoever asked is told, and the run goes on."""
        if self.run.letting_go:
            return
        self.run.forget(self)
        self.log.close()
        self.note("failed", error=error)
        if not self.result.done():
            self.result.set_exception(error)

    def abandon(self) -> None:
        """Whoever asked does not wait for it any longer."""
        for task in self.tasks:
            task.cancel()
        if not self.run.letting_go:
            self.run.forget(self)
            self.note("cancelled", "Nobody waits for it any longer.")
