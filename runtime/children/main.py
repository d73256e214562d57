"""`python -m runtime.children.main MODULE CLASS FD`: makes the attempts of one step type.

Reads in a thread of its own: also a step that never gives the loop back ends with its worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import importlib
import itertools
import operator
import os
import resource
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from runtime.children.context import ChildContext
from runtime.children.frames import HEAD, Frame, Kind, UnfitBodyError, pack
from runtime.children.memory import most_memory_mb, too_much_memory
from runtime.children.messages import Answer, Attempt, Line, put_together, take_apart
from runtime.sdk import BatchNode, Context, Mode, Node, NodeError, Output

_PR_SET_PDEATHSIG = 1


class Child:
    """One step type, any number of attempts at once."""

    def __init__(self, node_type: type[Node], pipe: socket.socket) -> None:
        self._node = node_type()
        self._type = node_type
        self._pipe = pipe
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)

    async def serve(self) -> None:
        """Work until the worker closes the pipe, which ends the process."""
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, daemon=True).start()
        self._send(Kind.READY, 0, None)
        await asyncio.Event().wait()

    # -- the pipe ----------------------------------------------------------------------------

    def _read(self) -> None:
        while True:
            size, kind, attempt = HEAD.unpack(self._exactly(HEAD.size))
            frame = Frame(Kind(kind), attempt, self._exactly(size))
            self._loop.call_soon_threadsafe(self._took, frame)

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._pipe.recv(min(size - len(parts), 1 << 20))
            if not part:
                os._exit(0)  # the worker is gone, or wants us gone
            parts += part
        return bytes(parts)

    def _send(self, kind: Kind, attempt: int, value: Any) -> None:
        self._pipe.sendall(pack(kind, attempt, value))

    def _took(self, frame: Frame) -> None:
        if frame.kind is Kind.RUN:
            task = self._loop.create_task(self._attempt(frame.attempt, frame.open()))
            self._tasks[frame.attempt] = task
            task.add_done_callback(lambda _: self._tasks.pop(frame.attempt, None))
        elif frame.kind is Kind.CANCEL:
            task_or_none = self._tasks.get(frame.attempt)
            if task_or_none is not None:
                task_or_none.cancel()
        elif frame.kind is Kind.ANSWER:
            self._answered(frame.open())

    def _answered(self, answer: Answer) -> None:
        future = self._calls.pop(answer["number"], None)
        if future is None or future.done():
            return
        if answer["error"] is not None:
            future.set_exception(put_together(answer["error"]))
        else:
            future.set_result(answer["value"])

    # -- attempts ----------------------------------------------------------------------------

    async def _attempt(self, number: int, given: Attempt) -> None:
        try:
            output = await self._run(given, self._context(number, given))
        except asyncio.CancelledError:
            self._send(Kind.FAILED, number, take_apart(NodeError("It was stopped.")))
        except NodeError as error:
            self._send(Kind.FAILED, number, take_apart(error))
        except MemoryError:
            self._send(Kind.FAILED, number, take_apart(too_much_memory()))
        except Exception as error:  # noqa: BLE001  whatever a package's step raises is its failure
            said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            self._send(Kind.FAILED, number, take_apart(NodeError(said)))
        else:
            self._give(number, output)

    def _context(self, number: int, given: Attempt) -> ChildContext:
        async def ask(method: str, *args: Any, **kwargs: Any) -> Any:
            call = next(self._numbers)
            future = self._calls[call] = self._loop.create_future()
            said = {"number": call, "method": method, "args": args, "kwargs": kwargs}
            self._send(Kind.CALL, number, said)
            return await future

        def say(line: Line) -> None:
            self._send(Kind.LOG, number, line)

        return ChildContext(given, ask, say)

    async def _run(self, given: Attempt, ctx: Context) -> Output:
        params = self._type.Params.model_validate(given["params"])
        if given["resumed"] is not None:
            return await self._node.resume(params, ctx, given["resumed"])
        if not isinstance(self._node, BatchNode):
            return await self._node.run(params, ctx)
        if self._type.mode is Mode.ALL:
            return self._node.run_whole(params, ctx.items)
        (result,) = self._node.run_batch([params], [ctx.item])
        if isinstance(result, BaseException):
            raise result
        return result

    def _give(self, number: int, output: Output) -> None:
        try:
            self._send(Kind.OUTPUT, number, output)
        except UnfitBodyError as error:
            said = NodeError(f"What this step returned cannot be passed on: {error}.")
            self._send(Kind.FAILED, number, take_apart(said))


def _die_with_parent() -> None:
    """For a step that holds the interpreter for good: where the system offers it, it ends us."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(OSError):  # of all processes this one is the first to go
        Path("/proc/self/oom_score_adj").write_text("500")


def _limit_memory() -> None:
    """Before the machine's memory is used up: the step fails, and nobody else does."""
    if most := most_memory_mb():
        with contextlib.suppress(ValueError, OSError):  # the system knows a tighter limit
            resource.setrlimit(resource.RLIMIT_DATA, (most << 20, most << 20))


def main(module: str, name: str, descriptor: int) -> None:
    """Load the step type and serve it."""
    _die_with_parent()
    _limit_memory()
    pipe = socket.socket(fileno=descriptor)
    try:
        node_type = operator.attrgetter(name)(importlib.import_module(module))
        child = Child(node_type, pipe)
    except BaseException as error:
        pipe.sendall(pack(Kind.READY, 0, f"{type(error).__name__}: {error}"))
        raise
    asyncio.run(child.serve())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
