"""Step types of somebody else: well-behaved ones, and every way to misbehave."""

from __future__ import annotations

import ctypes
import os
import signal
from datetime import date
from pathlib import Path
from typing import Any

from runtime.sdk import (
    BatchNode,
    Context,
    Effect,
    Item,
    Kind,
    Mode,
    Node,
    NodeError,
    NodeParams,
    OnUnknown,
    Output,
    Park,
    ParkKind,
    Policy,
    Resumed,
    field,
)
from runtime.sdk.mail import Letter


class Ask(Node):
    """Use all that a context offers, and tell."""

    type, name, category = "acme.ask", "Ask", "Test"
    effect = Effect.READS

    class Params(NodeParams):
        url: str = field(Kind.TEXT, "", label="Address")

    async def run(self, params: Params, ctx: Context) -> Output:
        ctx.log.info("asking", url=params.url)
        status = (await ctx.http.request("GET", params.url)).status if params.url else None
        value, printed = await ctx.sandbox.run_code(
            "print('hello')\n6 * n", {"n": 7}, timeout_seconds=5
        )
        told: dict[str, Any] = {
            "pid": os.getpid(),
            "environment": sorted(os.environ),
            "status": status,
            "value": value,
            "printed": list(printed),
            "attempt": ctx.attempt,
            "key": ctx.idempotency_key,
            "got": ctx.item.json,
        }
        return Output.one(told, usage={"model": "none"})


class Keep(Node):
    """Use what a context keeps and sends, and tell."""

    type, name, category = "acme.keep", "Keep", "Test"
    effect = Effect.EXTERNAL

    async def run(self, params: Any, ctx: Context) -> Output:
        key = ctx.idempotency_key
        first = await ctx.memory.remember("n", "add", 2, key=f"{key}:1")
        again = await ctx.memory.remember("n", "add", 2, key=f"{key}:1")
        posted = await ctx.mail.send(
            Letter(to=["ada@example.com"], subject="Hello", text="x"), credential=None, key=key
        )
        try:
            await ctx.tables.insert("Nowhere", {"a": 1}, key=key)
        except NodeError as error:
            refused = error.message
        try:
            await ctx.databases.query("nonsense", "SELECT 1", {})
        except NodeError as error:
            refused += error.message
        recalled = await ctx.memory.recall("n")
        told = [first.value, again.value, recalled.value, posted.sent, refused]
        return Output.one({"told": told})


class Count(Node):
    """Take the whole list."""

    type, name, category = "acme.count", "Count", "Test"
    mode = Mode.ALL

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        return Output.items([Item({"count": len(ctx.items)}, origin=range(len(ctx.items)))])


class Double(BatchNode):
    """Cheap work on many."""

    type, name, category = "acme.double", "Double", "Test"

    def run_batch(self, params: Any, items: Any) -> list[Output | BaseException]:
        return [Output.one({"twice": item.json["n"] * 2}) for item in items]


class Later(Node):
    """Wait for an answer."""

    type, name, category = "acme.later", "Later", "Test"
    waits = True

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        return Output.wait(Park(ParkKind.TIMER, ctx.now + 0.1, {"asked": True}))

    async def resume(self, params: NodeParams, ctx: Context, resumed: Resumed) -> Output:
        return Output.one({"expired": resumed.expired, "details": resumed.details})


class Spin(Node):
    """Compute for ever, without ever letting go."""

    type, name, category = "acme.spin", "Spin", "Test"
    cpu = True
    default_policy = Policy(timeout_seconds=0.5)

    class Params(NodeParams):
        until: int = field(Kind.INTEGER, 1_000_000, label="Let go at try")

    async def run(self, params: Params, ctx: Context) -> Output:
        while ctx.attempt < params.until:
            pass
        return Output.one({"pid": os.getpid()})


class Hold(Node):
    """Hold the interpreter in foreign code; says where it is before."""

    type, name, category = "acme.hold", "Hold", "Test"

    class Params(NodeParams):
        path: str = field(Kind.TEXT, label="File")

    async def run(self, params: Params, ctx: Context) -> Output:
        Path(params.path).write_text(str(os.getpid()))  # noqa: ASYNC240
        ctypes.PyDLL(None).sleep(600)
        return Output.items([ctx.item])


class Crash(Node):
    """Crash as broken foreign code does, unless it has been tried often enough."""

    type, name, category = "acme.crash", "Crash", "Test"

    class Params(NodeParams):
        until: int = field(Kind.INTEGER, 1_000_000, label="Let go at try")

    async def run(self, params: Params, ctx: Context) -> Output:
        if ctx.attempt < params.until:
            os.kill(os.getpid(), signal.SIGSEGV)
        return Output.one({"tries": ctx.attempt})


class CrashOutside(Crash):
    """The same, after it may have done something outside."""

    type, name, category = "acme.crash_outside", "Crash outside", "Test"
    effect = Effect.EXTERNAL
    default_policy = Policy(on_unknown=OnUnknown.ASK)


class Hog(Node):
    """Want more memory than there is."""

    type, name, category = "acme.hog", "Hog", "Test"

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        held = [bytearray(64 << 20) for _ in range(1_000)]
        return Output.one({"held": len(held)})


class Odd(Node):
    """Return what is not JSON."""

    type, name, category = "acme.odd", "Odd", "Test"

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        odd: Any = {"day": date(2024, 1, 1)}
        return Output.one(odd)


class Refuse(Node):
    """Fail in words."""

    type, name, category = "acme.refuse", "Refuse", "Test"

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        raise NodeError("This is not for us.", fix="Ask somebody else.", retryable=False)
