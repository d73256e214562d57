"""Which child makes which attempt: a lane for each step type."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from runtime.children.messages import Attempt
from runtime.children.process import ChildProcess
from runtime.sdk import Context, Mode, Node, Output, Resumed
from runtime.sdk.node import PlacedNode

TOGETHER = 100  # attempts in one child, of a step type that mostly waits
IDLE_SECONDS = 60.0  # before a child with nothing to do is let go


class Lane:
    """The children of one step type.

    Types that compute get one attempt per child and a child per core; others share one child, so
    that a type that blocks or crashes only hurts its own kind.
    """

    def __init__(self, node_type: type[Node]) -> None:
        self._type = node_type
        self._most = max(1, os.cpu_count() or 1) if node_type.cpu else 1
        self._together = 1 if node_type.cpu else TOGETHER
        self._children: list[ChildProcess] = []
        self._queue: deque[asyncio.Future[None]] = deque()
        self._choosing = asyncio.Lock()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[ChildProcess]:
        """Wait for a place in a child that is ready."""
        child = await self._child()
        child.places += 1
        try:
            await child.ready()
            yield child
        finally:
            child.places -= 1
            self._freed()
            if child.load == 0:
                asyncio.get_running_loop().call_later(IDLE_SECONDS, self._let_go, child)

    async def close(self) -> None:
        """End all children."""
        for child in self._children:
            child.kill()
            await child.gone()

    async def _child(self) -> ChildProcess:
        while True:
            async with self._choosing:
                child = self._free() or await self._another()
            if child is not None:
                self._freed()  # there may be room for one more
                return child
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._queue.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done():
                    self._freed()  # its turn goes to the next
                raise

    def _free(self) -> ChildProcess | None:
        self._children = [child for child in self._children if child.alive]
        free = [child for child in self._children if child.load < self._together]
        return min(free, key=lambda child: child.load) if free else None

    async def _another(self) -> ChildProcess | None:
        if len(self._children) >= self._most:
            return None
        child = ChildProcess(self._type, self._freed)
        await child.start()
        self._children.append(child)
        return child

    def _freed(self) -> None:
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def _let_go(self, child: ChildProcess) -> None:
        if child.alive and child.load == 0:
            child.kill()


class InChild(PlacedNode):
    """Stands in a plan for a node whose attempts are made in a child."""

    def __init__(self, node_type: type[Node], lane: Lane) -> None:
        self._type = node_type
        self._lane = lane

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Node]:
        async with self._lane.place() as child:
            yield _InPlace(self._type, child)


class _InPlace(Node):
    """Makes one attempt in a certain child."""

    def __init__(self, node_type: type[Node], child: ChildProcess) -> None:
        self._type = node_type
        self._child = child

    async def run(self, params: Any, ctx: Context) -> Output:
        return await self._attempt(params, ctx, None)

    async def resume(self, params: Any, ctx: Context, resumed: Resumed) -> Output:
        return await self._attempt(params, ctx, resumed)

    async def _attempt(self, params: Any, ctx: Context, resumed: Resumed | None) -> Output:
        each = self._type.mode is Mode.EACH
        given: Attempt = {
            "params": params.model_dump(mode="json"),
            # The other items of a long list stay here.
            "items": [ctx.item] if each else list(ctx.items),
            "inputs": {} if each else {p: i and list(i) for p, i in ctx.inputs.items()},
            "position": 0,
            "number": ctx.attempt,
            "idempotency_key": ctx.idempotency_key,
            "run_id": ctx.run_id,
            "flow_id": ctx.flow_id,
            "callback_url": ctx.callback_url,
            "resumed": resumed,
        }
        return await self._child.attempt(given, ctx)


class Children:
    """Makes the instances of step types, in the worker or in a child."""

    def __init__(self, apart: frozenset[str] = frozenset()) -> None:
        self._apart = apart
        self._lanes: dict[str, Lane] = {}

    def instance(self, node_type: type[Node]) -> Node:
        """The node itself, or what stands for it where it must be kept apart."""
        if not node_type.cpu and node_type.type not in self._apart:
            return node_type()
        lane = self._lanes.setdefault(node_type.type, Lane(node_type))
        return InChild(node_type, lane)

    async def close(self) -> None:
        """End all children."""
        for lane in self._lanes.values():
            await lane.close()
