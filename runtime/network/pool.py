"""The connections one event loop shares: a new client for every call would cost 100 ms."""

from __future__ import annotations

import asyncio
import ssl
from functools import cache
from weakref import WeakKeyDictionary

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from runtime.network.guard import Guard
from runtime.network.resolver import CheckedResolver, Lookup, system_lookup

AT_ONCE = 2000
TIMEOUT = httpx.Timeout(None, connect=10.0).as_dict()  # the whole call has one of its own


class Connections:
    """Two sets: one for the world, one for nothing but the own practice world.

    They are apart so that a connection opened for the one is never reused for the other.
    """

    def __init__(self, guard: Guard, lookup: Lookup = system_lookup) -> None:
        self.world: httpx.AsyncBaseTransport = _transport(CheckedResolver(guard, lookup))
        self.own: httpx.AsyncBaseTransport = _transport(CheckedResolver(guard, lookup, own=True))
        self.users = 0

    async def close(self) -> None:
        """Close every connection."""
        await self.world.aclose()
        await self.own.aclose()


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Connections] = WeakKeyDictionary()


def connections() -> Connections:
    """The running loop's connections."""
    loop = asyncio.get_running_loop()
    if loop not in _by_loop:
        _by_loop[loop] = Connections(Guard.from_environment())
    return _by_loop[loop]


async def release(used: Connections) -> None:
    """The last user closes them."""
    used.users -= 1
    if used.users <= 0:
        loop = asyncio.get_running_loop()
        if _by_loop.get(loop) is used:
            del _by_loop[loop]
        await used.close()


@cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates takes 0.1 s; one context serves all."""
    return httpx.create_ssl_context(trust_env=False)


def _transport(resolver: CheckedResolver) -> AiohttpTransport:
    """No proxy or password from the environment; redirects and cookies are the caller's.

    Without httpx's own client around it: what that adds to each call (its redirects, its cookies,
    its merging of addresses) is done by ours or not wanted, and took a quarter of the call.
    """
    tls = _tls()

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=resolver, use_dns_cache=False, limit=AT_ONCE, ssl=tls, keepalive_timeout=20
        )
        return aiohttp.ClientSession(
            # Cookies of one workspace's call must not go out with another's.
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    return AiohttpTransport(client=session)
