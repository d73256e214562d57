"""The worker's side of one child."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import structlog

from runtime.children import memory
from runtime.children.frames import HEAD, LARGEST, Frame, Kind, UnfitBodyError, pack
from runtime.children.messages import Answer, Attempt, Call, put_together, take_apart
from runtime.sdk import Context, ErrorClass, Node, NodeError, NotNowError, Output, ProcessLostError

log = structlog.get_logger(__name__)
GRACE_SECONDS = 2.0  # for an attempt that was stopped to let go, before its process is killed
# What a child sees of our environment. No password, key or address of ours is among it.
_PASSED = (
    *("PATH", "PYTHONPATH", "VIRTUAL_ENV", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"),
    memory.VARIABLE,
)
EXTRA_ENVIRONMENT = "SEGUE_CHILD_ENV"  # further names, separated by commas


class ChildProcess:
    """Makes attempts of one step type in another process.

    `load` counts the places taken, and the attempts that were stopped and do not let go yet.
    """

    def __init__(self, node_type: type[Node], freed: Callable[[], None]) -> None:
        self._type = node_type
        self._freed = freed
        self._loop = asyncio.get_running_loop()
        self._numbers = itertools.count(1)
        self._attempts: dict[int, tuple[asyncio.Future[Output], Context]] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._stopping: set[int] = set()
        self._ready: asyncio.Future[str | None] = self._loop.create_future()
        self.places = 0
        self.alive = True

    @property
    def load(self) -> int:
        return self.places + len(self._stopping)

    async def start(self) -> None:
        """Start it."""
        ours, theirs = socket.socketpair()
        with theirs:
            # From the loop's own thread: the child ends with the thread that started it.
            self._process = subprocess.Popen(  # noqa: ASYNC220
                [
                    *(sys.executable, "-m", "runtime.children.main"),
                    *(self._type.__module__, self._type.__qualname__, str(theirs.fileno())),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
        reader, self._writer = await asyncio.open_connection(sock=ours)
        self._listener = self._loop.create_task(self._listen(reader))

    async def ready(self) -> None:
        """Until the step type is loaded there; raises NodeError where it cannot be."""
        broken = await asyncio.shield(self._ready)
        if broken:
            raise NodeError(
                f"The step type {self._type.type} could not be loaded: {broken}.",
                retryable=False,
                fix="Ask whoever runs this server to look at the package it comes from.",
            )

    async def attempt(self, given: Attempt, ctx: Context) -> Output:
        """Make one attempt; raises NodeError, and ProcessLostError when the process died."""
        number = next(self._numbers)
        try:
            message = pack(Kind.RUN, number, given)
        except UnfitBodyError as error:
            raise NodeError(f"This cannot be handed to the step: {error}.") from None
        future: asyncio.Future[Output] = self._loop.create_future()
        self._attempts[number] = (future, ctx)
        self._writer.write(message)
        try:
            return await future
        except (asyncio.CancelledError, NotNowError):
            self._stop(number)
            raise

    async def gone(self) -> None:
        """After `kill`: until nothing of it is left."""
        await self._listener

    def kill(self) -> None:
        """End it now; whatever it was doing is lost."""
        self.alive = False
        if self._process.poll() is None:
            self._process.kill()

    def _stop(self, number: int) -> None:
        if number in self._attempts and self.alive:
            self._stopping.add(number)
            self._writer.write(pack(Kind.CANCEL, number, None))
            self._loop.call_later(GRACE_SECONDS, self._kill_if_stuck, number)

    def _kill_if_stuck(self, number: int) -> None:
        if number in self._attempts and self.alive:
            log.warning("child.stuck", type=self._type.type, pid=self._process.pid)
            self.kill()

    # -- what it says ------------------------------------------------------------------------

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                size, kind, attempt = HEAD.unpack(await reader.readexactly(HEAD.size))
                if size > LARGEST:
                    break
                self._took(Frame(Kind(kind), attempt, await reader.readexactly(size)))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            pass
        finally:
            self._ended()
        await asyncio.to_thread(self._process.wait)

    def _took(self, frame: Frame) -> None:
        if frame.kind is Kind.READY:
            self._ready.set_result(frame.open())
            return
        future, ctx = self._attempts.get(frame.attempt, (None, None))
        if future is None or ctx is None:
            return
        try:
            body = frame.open()
        except UnfitBodyError as error:
            said = NodeError(
                f"What this step returned cannot be passed on: {error}.",
                error_class=ErrorClass.BAD_ANSWER,
            )
            self._settle(frame.attempt, error=said)
            return
        if frame.kind is Kind.OUTPUT:
            self._settle(frame.attempt, output=body)
        elif frame.kind is Kind.FAILED:
            self._settle(frame.attempt, error=put_together(body))
        elif frame.kind is Kind.LOG:
            getattr(ctx.log, body["level"])(body["message"], **body["data"])
        elif frame.kind is Kind.CALL:
            task = self._loop.create_task(self._answer(frame.attempt, body, ctx))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)

    def _settle(
        self, number: int, *, output: Output | None = None, error: NodeError | None = None
    ) -> None:
        future, _ = self._attempts.pop(number)
        self._stopping.discard(number)
        if future.done():
            pass  # it was cancelled meanwhile
        elif output is not None:
            future.set_result(output)
        else:
            future.set_exception(error or NodeError("The step returned nothing."))
        self._freed()

    def _ended(self) -> None:
        """The process is gone: nobody knows how far its attempts came."""
        self.kill()
        self._writer.close()
        if not self._ready.done():
            self._ready.set_result("its process ended at once")
        for number in list(self._attempts):
            self._settle(number, error=ProcessLostError())
        self._freed()

    async def _answer(self, attempt: int, call: Call, ctx: Context) -> None:
        answer: Answer = {"number": call["number"], "value": None, "error": None}
        try:
            answer["value"] = await _DEEDS[call["method"]](ctx, *call["args"], **call["kwargs"])
        except NodeError as error:
            answer["error"] = take_apart(error)
        except NotNowError as later:  # the step is stopped, and begins again when it is its turn
            future, _ = self._attempts.get(attempt, (None, None))
            if future is not None and not future.done():
                future.set_exception(later)
            return
        except Exception as error:  # noqa: BLE001  wrong arguments of a package's step
            answer["error"] = take_apart(NodeError(f"{type(error).__name__}: {error}"))
        if self.alive:
            self._writer.write(pack(Kind.ANSWER, attempt, answer))


# Everything a child may ask its worker to do.
_DEEDS: dict[str, Callable[..., Any]] = {
    "fetch": lambda ctx, *args, **kwargs: ctx.http.request(*args, **kwargs),
    "run_code": lambda ctx, *args, **kwargs: ctx.sandbox.run_code(*args, **kwargs),
    "complete": lambda ctx, request: ctx.models.complete(request, ctx),
    "embed": lambda ctx, texts, **kwargs: ctx.models.embed(texts, ctx, **kwargs),
    "prompt": lambda ctx, wanted: ctx.models.prompt(wanted, ctx),
    "table_columns": lambda ctx, table: ctx.tables.columns(table),
    "read_table": lambda ctx, *args, **kwargs: ctx.tables.read(*args, **kwargs),
    "insert_row": lambda ctx, *args, **kwargs: ctx.tables.insert(*args, **kwargs),
    "upsert_row": lambda ctx, *args, **kwargs: ctx.tables.upsert(*args, **kwargs),
    "update_rows": lambda ctx, *args, **kwargs: ctx.tables.update(*args, **kwargs),
    "delete_rows": lambda ctx, *args, **kwargs: ctx.tables.delete(*args, **kwargs),
    "query": lambda ctx, *args, **kwargs: ctx.databases.query(*args, **kwargs),
    "send_mail": lambda ctx, *args, **kwargs: ctx.mail.send(*args, **kwargs),
    "read_file": lambda ctx, file, most: ctx.files.read(file, most_bytes=most),
    "write_file": lambda ctx, *args, **kwargs: ctx.files.write(*args, **kwargs),
    "remember_facts": lambda ctx, *args, **kwargs: ctx.facts.remember(*args, **kwargs),
    "recall_facts": lambda ctx, *args, **kwargs: ctx.facts.recall(*args, **kwargs),
    "forget_facts": lambda ctx, *args, **kwargs: ctx.facts.forget(*args, **kwargs),
    "known_digest": lambda ctx, *args: ctx.knowledge.digest(*args),
    "put_document": lambda ctx, *args: ctx.knowledge.put(*args),
    "remove_document": lambda ctx, *args: ctx.knowledge.remove(*args),
    "find_passages": lambda ctx, *args: ctx.knowledge.find(*args),
    "recall": lambda ctx, *args, **kwargs: ctx.memory.recall(*args, **kwargs),
    "remember": lambda ctx, *args, **kwargs: ctx.memory.remember(*args, **kwargs),
}


def _environment() -> dict[str, str]:
    more = os.environ.get(EXTRA_ENVIRONMENT, "").split(",")
    names = (*_PASSED, *(name.strip() for name in more))
    found = {name: os.environ[name] for name in names if name in os.environ}
    # A worker started from its folder finds our packages there; so must its children.
    here = [path for path in sys.path if path]
    return {**found, "PYTHONPATH": os.pathsep.join(here), "PYTHONUNBUFFERED": "1"}
