"""The sandbox: formulas and code in processes of their own, with limits on time and memory.

Every call gets a fresh session; nothing of one call is seen by the next.
"""

from __future__ import annotations

import asyncio
import atexit
import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic_monty import AsyncMonty, MontyCrashedError, MontyError, OSPolicy, ResourceLimits

from runtime.sandbox.plain import plain
from runtime.sandbox.prelude import program
from runtime.sandbox.words import sentence, translate
from runtime.sandbox.wrapper import sandbox_state, wrapping
from runtime.sdk import ErrorClass, Json, NodeError

__all__ = ["MontySandbox", "sandbox_state", "shared_sandbox"]

MEMORY = 64 * 1024 * 1024
RECURSION = 200
GRACE = 1.0  # how much longer than its limit a process may live before it is killed
LONGEST = 60.0
MAX_PRINTED = 100_000  # characters
_ASK_RESULT = "try:\n    _given = result\nexcept NameError:\n    _given = None\n_given"
# The sandbox's own clock stands still while it sleeps; so it does not sleep at all.
POLICY: OSPolicy = {"sleep": "zero"}


class Printed:
    """Collects what the code prints, up to a limit."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = MAX_PRINTED
        self._dropped = False

    def __call__(self, _stream: Literal["stdout", "stderr"], text: str) -> None:
        kept = text[: self._room]
        self._room -= len(kept)
        self._dropped = self._dropped or len(kept) < len(text)
        if kept:
            self._parts.append(kept)

    def lines(self) -> list[str]:
        """What was printed, line by line."""
        lines = "".join(self._parts).splitlines()
        return [*lines, "… more was printed and left out."] if self._dropped else lines


class MontySandbox:
    """See `runtime.sdk.context.Sandbox`. Make it after the process forked, not before."""

    def __init__(self, processes: int = 2) -> None:
        self._processes = processes
        self._pool: AsyncMonty | None = None

    async def run_code(
        self, code: str, variables: Mapping[str, Json], *, timeout_seconds: float
    ) -> tuple[Json, Sequence[str]]:
        """Run code; its result is what it returns, its last expression, or else `result`."""
        printed = Printed()
        seconds = min(timeout_seconds, LONGEST)
        try:
            value = await self._run(code, dict(variables), seconds, printed, ask_result=True)
        except MontyError as error:
            raise translate(error, seconds=seconds, name="The code") from None
        return plain(value), printed.lines()

    async def formulas(
        self, sources: Sequence[str], scopes: Sequence[Mapping[str, Json]]
    ) -> Sequence[Sequence[Json | Exception]]:
        """For each scope a row with each formula's value, or the exception in its place."""
        if not sources or not scopes:
            return [[] for _ in scopes]
        seconds = min(1.0 + 0.0005 * len(sources) * len(scopes), 10.0)
        try:
            return await self._formulas(sources, scopes, seconds)
        except MontyError as error:
            if len(sources) > 1:
                return await self._one_by_one(sources, scopes)
            failed = translate(error, seconds=seconds, name="The formula")
            return [[failed] for _ in scopes]

    async def close(self) -> None:
        """End the processes."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.__aexit__(None, None, None)

    async def _formulas(
        self, sources: Sequence[str], scopes: Sequence[Mapping[str, Json]], seconds: float
    ) -> Sequence[Sequence[Json | Exception]]:
        code = program(sources, {name for scope in scopes for name in scope})
        inputs = {"_scopes": [dict(scope) for scope in scopes]}
        rows = await self._run(code, inputs, seconds, Printed())
        return [[_cell(cell) for cell in row] for row in rows]

    async def _one_by_one(
        self, sources: Sequence[str], scopes: Sequence[Mapping[str, Json]]
    ) -> Sequence[Sequence[Json | Exception]]:
        """After a failure of the whole: only the formula that causes it shall bear it."""
        columns = [await self.formulas([source], scopes) for source in sources]
        return [[column[row][0] for column in columns] for row in range(len(scopes))]

    async def _run(
        self,
        code: str,
        inputs: dict[str, Any],
        seconds: float,
        printed: Printed,
        *,
        ask_result: bool = False,
    ) -> Any:
        try:
            return await self._feed(code, inputs, seconds, printed, ask_result)
        except MontyCrashedError as error:
            if error.timed_out:
                raise
            # Its process may have been killed by somebody else. Nothing outside was touched.
            return await self._feed(code, inputs, seconds, printed, ask_result)

    async def _feed(
        self,
        code: str,
        inputs: dict[str, Any],
        seconds: float,
        printed: Printed,
        ask_result: bool,
    ) -> Any:
        limits: ResourceLimits = {
            "max_feed_duration_secs": seconds,
            "max_memory": MEMORY,
            "max_recursion_depth": RECURSION,
            "max_suspensions": 100,
            "max_total_sleep_secs": 0,
        }
        pool = await self._opened()
        async with pool.checkout(limits=limits, os_policy=POLICY, script_name="code") as session:
            value = await session.feed_run(code, inputs=inputs, print_callback=printed)
            if value is None and ask_result and "result" in code:
                value = await session.feed_run(_ASK_RESULT, print_callback=printed)
            return value

    async def _opened(self) -> AsyncMonty:
        if self._pool is None:
            pool = AsyncMonty(
                binary_path=wrapping().program,
                min_processes=0,
                max_processes=self._processes,
                checkout_timeout=LONGEST,
                request_timeout=LONGEST + GRACE,
                feed_duration_limit_grace=GRACE,
                max_checkouts_per_worker=100,
            )
            await pool.__aenter__()
            if self._pool is None:
                self._pool = pool
            else:  # somebody else opened one while we waited; it must not be used before that
                await pool.__aexit__(None, None, None)
        return self._pool


def _cell(cell: Any) -> Json | Exception:
    if not cell[0]:
        return NodeError(
            sentence(str(cell[1]), str(cell[2])), error_class=ErrorClass.CODE, retryable=False
        )
    try:
        return plain(cell[1])
    except NodeError as error:
        return error


_shared: dict[int, MontySandbox] = {}


def shared_sandbox() -> MontySandbox:
    """One sandbox per process, for services; it works from any event loop of the process."""
    pid = os.getpid()
    if pid not in _shared:
        _shared.clear()  # a parent's pool means nothing in a forked child
        _shared[pid] = MontySandbox()
        atexit.register(_close_shared, pid)
    return _shared[pid]


def _close_shared(pid: int) -> None:
    """Without this, the pool's threads abort the process while it is going down."""
    sandbox = _shared.pop(pid, None)
    if sandbox is not None and os.getpid() == pid:
        asyncio.run(sandbox.close())
