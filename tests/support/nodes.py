"""Node types only tests use: a counted outside call, a pause, one that kills its worker."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from typing import ClassVar

import aiohttp
import structlog

from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Item,
    Json,
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
    Retry,
    field,
)


class CountedCall(Node):
    """Call the test's server, which counts."""

    type, version = "test.call", 1
    name, category, icon = "Counted call", "Test", "phone"
    effect = Effect.EXTERNAL
    usable_as_tool = True
    default_policy = Policy(
        retry=Retry(attempts=3, delay_seconds=0.05), on_unknown=OnUnknown.RETRY, timeout_seconds=20
    )
    _session: ClassVar[aiohttp.ClientSession | None] = None

    class Params(NodeParams):
        url: str = field(Kind.TEXT, label="Address")

    async def run(self, params: Params, ctx: Context) -> Output:
        if CountedCall._session is None:
            CountedCall._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1000))
        headers = {"Idempotency-Key": ctx.idempotency_key, "Attempt": str(ctx.attempt)}
        try:
            async with CountedCall._session.post(params.url, headers=headers) as answer:
                if answer.status >= 500:
                    raise NodeError("The server failed.", error_class=ErrorClass.STATUS_5XX)
                return Output.one({"answer": await answer.text()})
        except aiohttp.ClientError as error:
            raise NodeError(f"No answer: {error}", error_class=ErrorClass.NETWORK) from error


class Pause(Node):
    """Sleep a while."""

    type, version = "test.pause", 1
    name, category, icon = "Pause", "Test", "clock"
    effect = Effect.READS

    class Params(NodeParams):
        seconds: float = field(Kind.NUMBER, 0.1, label="Seconds")

    async def run(self, params: Params, ctx: Context) -> Output:
        await asyncio.sleep(params.seconds)
        return Output.items([ctx.item])


class SendAll(Node):
    """Send the whole list away at once; does not say what its item came from."""

    type, version = "test.send_all", 1
    name, category, icon = "Send all", "Test", "send"
    effect = Effect.EXTERNAL
    mode = Mode.ALL

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        return Output.items([Item({"sent": len(ctx.items)})])


class Abort(Node):
    """Kill the worker in the middle."""

    type, version = "test.abort", 1
    name, category, icon = "Abort", "Test", "bomb"

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        os.kill(os.getpid(), signal.SIGKILL)
        return Output.items([ctx.item])


class Block(Node):
    """Hold the worker's loop, as no step may."""

    type, version = "test.block", 1
    name, category, icon = "Block", "Test", "hourglass"

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        time.sleep(600)  # noqa: ASYNC251
        return Output.items([ctx.item])


class Leave(Node):
    """Say that the whole program is over."""

    type, version = "test.leave", 1
    name, category, icon = "Leave", "Test", "door-exit"

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        raise SystemExit


class FailTimes(Node):
    """Fail until a certain attempt."""

    type, version = "test.fail", 1
    name, category, icon = "Fail", "Test", "x"
    effect = Effect.READS

    class Params(NodeParams):
        until: int = field(Kind.INTEGER, 1_000_000, label="Succeed at try")
        message: str = field(Kind.TEXT, "It failed on purpose.", label="Message", templates=True)
        when: bool = field(Kind.BOOLEAN, True, label="Fail", templates=True)

    async def run(self, params: Params, ctx: Context) -> Output:
        if params.when and ctx.attempt < params.until:
            raise NodeError(params.message, error_class=ErrorClass.NETWORK)
        ctx.log.info("it went well", attempt=ctx.attempt)
        return Output.items([ctx.item])


class Flood(Node):
    """Write very many log lines."""

    type, version = "test.flood", 1
    name, category, icon = "Flood", "Test", "file-text"

    class Params(NodeParams):
        lines: int = field(Kind.INTEGER, 1_000_000, label="Lines")

    async def run(self, params: Params, ctx: Context) -> Output:
        for number in range(params.lines):
            ctx.log.info("another line", number=number)
        return Output.items([ctx.item])


class Huge(Node):
    """Give a very large result."""

    type, version = "test.huge", 1
    name, category, icon = "Huge", "Test", "database"

    class Params(NodeParams):
        megabytes: float = field(Kind.NUMBER, 200, label="Megabytes")

    async def run(self, params: Params, ctx: Context) -> Output:
        return Output.one({"text": "x" * int(params.megabytes * 1e6)})


class Deep(Node):
    """Give a result nested very deeply."""

    type, version = "test.deep", 1
    name, category, icon = "Deep", "Test", "stairs-down"

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        value: Json = None
        for _ in range(200_000):
            value = [value]
        return Output.one(value)


class Many(Node):
    """Make many items of each."""

    type, version = "test.many", 1
    name, category, icon = "Many", "Test", "copy"

    class Params(NodeParams):
        count: int = field(Kind.INTEGER, 10_000, label="How many")

    async def run(self, params: Params, ctx: Context) -> Output:
        return Output.items([Item({"n": n}) for n in range(params.count)])


class Sneaky(Node):
    """Say that it stays inside, and send something all the same."""

    type, version = "test.sneaky", 1
    name, category, icon = "Sneaky", "Test", "mask"

    class Params(NodeParams):
        url: str = field(Kind.TEXT, label="Address")

    async def run(self, params: Params, ctx: Context) -> Output:
        await ctx.http.request("POST", params.url)
        return Output.items([ctx.item])


class AnswersItself(Node):
    """Is answered before it has even begun to wait."""

    type, version = "test.answers_itself", 1
    name, category, icon = "Answers itself", "Test", "phone"
    effect = Effect.READS
    waits = True

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        from runtime.services.resolve_wait import resolve_callback

        token = str(ctx.callback_url).rstrip("/").rpartition("/")[2]
        said = await asyncio.to_thread(resolve_callback, token, {"try": ctx.attempt})
        if ctx.attempt == 1:
            raise NodeError("Once more.", error_class=ErrorClass.NETWORK)
        ctx.log.info("answered", said=said.value)
        return Output.wait(Park(ParkKind.CALLBACK, ctx.now + 600))

    async def resume(self, params: NodeParams, ctx: Context, resumed: Resumed) -> Output:
        return Output.one({"answer": resumed.value, "in_time": not resumed.expired})


class WaitsAgain(Node):
    """Waits for a moment, and again, and again; fails once in between."""

    type, version = "test.waits_again", 1
    name, category, icon = "Waits again", "Test", "clock"
    effect = Effect.READS
    waits = True
    default_policy = Policy(retry=Retry(attempts=2, delay_seconds=0.05))

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        return Output.wait(Park(ParkKind.TIMER, ctx.now + 0.05, {"round": 1}))

    async def resume(self, params: NodeParams, ctx: Context, resumed: Resumed) -> Output:
        if ctx.attempt == 1:
            raise NodeError("Once more.", error_class=ErrorClass.NETWORK)
        for number in (1, 2):
            if resumed.details == {"round": number}:
                return Output.wait(Park(ParkKind.TIMER, ctx.now + 0.05, {"round": number + 1}))
        return Output.one({"attempt": ctx.attempt, "details": resumed.details})


class SlowToGoOn(AnswersItself):
    """Waits for a call, and takes its time with the answer."""

    type, version = "test.slow_to_go_on", 1

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        return Output.wait(Park(ParkKind.CALLBACK, ctx.now + 600))

    async def resume(self, params: NodeParams, ctx: Context, resumed: Resumed) -> Output:
        ctx.log.info("going on")
        await asyncio.sleep(1)
        return Output.one({"answer": resumed.value, "in_time": not resumed.expired})


class Chatty(Node):
    """Write log lines as libraries do: through the standard library and with text from outside."""

    type, version = "test.chat", 1
    name, category, icon = "Chatty", "Test", "message"
    effect = Effect.READS

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        text = "first\n2026-01-01T00:00:00.000Z ERROR  forged \x1b[31mred\x1b[0m"
        logging.getLogger("acme").warning("said: %s", text)
        structlog.get_logger("acme").warning("asked", url="https://me:pass-w0rd@shop.example/x")
        try:
            raise ValueError(text)
        except ValueError:
            structlog.get_logger("acme").exception("broke", token="t0ken-of-somebody")
        await asyncio.sleep(0)
        return Output.items([ctx.item])


class Asked(Node):
    """Say what a call of a model took, as AI steps do."""

    type, version = "test.asked", 1
    name, category, icon = "Asked", "Test", "robot"
    effect = Effect.EXTERNAL

    async def run(self, params: NodeParams, ctx: Context) -> Output:
        await asyncio.sleep(0.02)
        usage: dict[str, Json] = {
            "model": "small-1",
            "tokens_in": 11,
            "tokens_out": 7,
            "cost": None,
            "ms": 15,
        }
        return Output.one({"answer": "s3cret-answer"}, usage=usage)
