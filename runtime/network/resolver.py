"""Name look-ups that are checked, and whose checked answer is the one that is dialled."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from socket import getaddrinfo

from aiohttp.abc import AbstractResolver, ResolveResult

from runtime.network.guard import Guard, Target

# A name server that does not answer holds a thread for many seconds. With few threads, and those
# shared with all else, one such name would hold up every step.
MOST_LOOKUPS = 64
Lookup = Callable[[str, int], Awaitable[list[str]]]


@cache
def _lookups() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST_LOOKUPS, thread_name_prefix="segue-names")


async def system_lookup(host: str, port: int) -> list[str]:
    """Ask the operating system."""
    ask = partial(getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_lookups(), ask)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedResolver(AbstractResolver):
    """Gives aiohttp only addresses that passed; aiohttp dials exactly these.

    A name that is looked up twice may answer differently the second time (DNS rebinding):
    that is harmless only if nobody looks up again between the check and the dialling.
    """

    def __init__(self, guard: Guard, lookup: Lookup, *, own: bool = False) -> None:
        self._guard = guard
        self._lookup = lookup
        self._own = own  # only ever asked for this install's own practice world

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        answers = (await self._lookup(host, port))[:16]
        if not answers:
            raise OSError(None, "no answer")
        trusted = self._own or self._guard.allows(host, port)
        self._guard.check_answers(Target("", host, port, "", trusted), answers)
        return [_result(host, port, answer) for answer in answers]

    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, port: int, answer: str) -> ResolveResult:
    family = socket.AF_INET6 if ":" in answer else socket.AF_INET
    return ResolveResult(
        hostname=host,
        host=answer,
        port=port,
        family=family,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
