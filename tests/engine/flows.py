"""Flows and node types for tests of the engine in memory."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

from runtime.graph.document import Document
from runtime.graph.parse import parse_document
from runtime.registry import registry
from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Item,
    Kind,
    Mode,
    Node,
    NodeError,
    NodeParams,
    Output,
    Park,
    ParkKind,
    Resumed,
    field,
)


class Call(Node):
    """An outside effect that is counted by its idempotency key."""

    type, version = "test.effect", 1
    name, category = "Effect", "Test"
    effect = Effect.EXTERNAL
    made: Counter[str] = Counter()

    class Params(NodeParams):
        fail_first: int = field(Kind.INTEGER, 0, label="Fail so many times")

    async def run(self, params: Params, ctx: Context) -> Output:
        Call.made[ctx.idempotency_key] += 1
        await asyncio.sleep(0)
        if ctx.attempt <= params.fail_first:
            raise NodeError("Not yet.", error_class=ErrorClass.NETWORK)
        return Output.items([ctx.item])


class Blend(Node):
    """Takes all, gives one; says which items it came from."""

    type, version = "test.blend", 1
    name, category = "Blend", "Test"
    mode = Mode.ALL

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        origin = range(len(ctx.items))
        return Output.items([Item({"blended": len(ctx.items)}, (), list(origin))])


class Sleepy(Node):
    """Takes a moment."""

    type, version = "test.sleepy", 1
    name, category = "Sleepy", "Test"
    effect = Effect.READS

    class Params(NodeParams):
        seconds: float = field(Kind.NUMBER, 0.005, label="Seconds")

    async def run(self, params: Params, ctx: Context) -> Output:
        await asyncio.sleep(params.seconds)
        return Output.items([ctx.item])


class Asks(Node):
    """Waits for a person."""

    type, version = "test.asks", 1
    name, category = "Asks", "Test"
    effect = Effect.READS
    waits = asks = True

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        return Output.wait(Park(ParkKind.APPROVAL, None, {"question": "Go on?"}))

    async def resume(self, params: NodeParams, ctx: Context, resumed: Resumed) -> Output:
        return Output.one({"said": resumed.value})

    @classmethod
    def calls_back(cls, params: NodeParams) -> bool:
        return False


class Worker(Node):
    """Takes steps inside of itself: thinks, uses each tool at the same time, thinks again."""

    type, version = "test.worker", 1
    name, category = "Worker", "Test"
    effect = Effect.EXTERNAL
    uses_tools = True
    usable_as_tool = True
    inner = {"think": Call, "ask": Asks}

    class Params(NodeParams):
        asks: bool = field(Kind.BOOLEAN, False, label="Asks")

    async def run(self, params: Params, ctx: Context) -> Output:
        await ctx.steps.take("think", {})
        tools = await ctx.steps.tools()
        uses = [ctx.steps.use(tool.name, {"value": tool.label}) for tool in tools]
        made = await asyncio.gather(*uses, return_exceptions=True)
        told = [m.ports["out"][0].json if isinstance(m, Output) else str(m) for m in made]
        if params.asks:
            asked = await ctx.steps.take("ask", {})
            told.append(asked.ports["out"][0].json)
        await ctx.steps.take("think", {})
        return Output.one({"told": told})


class Echo(Node):
    """A tool: gives back what it was given, and the item it was used for."""

    type, version = "test.echo", 1
    name, category = "Echo", "Test"
    effect = Effect.EXTERNAL
    usable_as_tool = True

    class Params(NodeParams):
        value: str = field(Kind.TEXT, label="Value")
        about: str = field(Kind.TEXT, "", label="About")

    async def run(self, params: Params, ctx: Context) -> Output:
        Call.made[ctx.idempotency_key] += 1
        await asyncio.sleep(0)
        return Output.one({"value": params.value, "about": params.about, "item": ctx.item.json})


TYPES: Mapping[str, type[Node]] = {
    **registry(),
    **{node.type: node for node in (Call, Blend, Sleepy, Asks, Worker, Echo)},
}


def flow(nodes: Mapping[str, Any], *wires: str, **settings: Any) -> Document:
    """A document from `key: type` or `key: {type, …}` and wires like `a.exit -> b.entry`."""
    specs = [
        {"id": key, "key": key, **({"type": node} if isinstance(node, str) else node)}
        for key, node in nodes.items()
    ]
    edges = []
    for wire in wires:
        (source, _, out), (target, _, into) = (e.strip().partition(".") for e in wire.split("->"))
        edges.append(
            {
                "source": source,
                "source_port": out or "out",
                "target": target,
                "target_port": into or "in",
            }
        )
    return parse_document({"nodes": specs, "edges": edges, "settings": settings})


def setting(**values: Any) -> dict[str, Any]:
    """A Set step with these fields."""
    fields = [{"name": name, "value": value} for name, value in values.items()]
    return {"type": "data.set", "params": {"fields": fields}}
