"""The HTTP client of flows: every hop goes through the guard, secrets only where they belong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urljoin

import httpx

from runtime.network.guard import Guard, Target
from runtime.network.pool import TIMEOUT, Connections, connections, release
from runtime.network.secrets import NO_SECRET, Secret, secret_for
from runtime.network.words import FAILURES, failure, timed_out, too_large
from runtime.sdk import ErrorClass, HttpReply, NodeError

MAX_REDIRECTS = 5
LONGEST_EVENT = 1_000_000  # bytes that are looked through again when more of a stream comes
DEFAULT_SECONDS = 60.0
_REDIRECTS = (301, 302, 303, 307, 308)
_DROPPED = frozenset({"authorization", "cookie", "proxy-authorization"})
# Set by us or by the library alone; a flow that could set them could confuse the other side.
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})
_PACKINGS = frozenset({"", "identity", "gzip", "deflate"})


@dataclass(frozen=True, slots=True)
class _Call:
    """One hop."""

    method: str
    target: Target
    headers: Mapping[str, str]
    body: bytes | None
    secret: Secret
    max_bytes: int
    on_part: Callable[[bytes], None] | None = None
    until: bytes = b""


class GuardedClient:
    """See `runtime.sdk.context.HttpClient`. All clients of an event loop share connections."""

    def __init__(
        self,
        workspace_id: str,
        *,
        guard: Guard | None = None,
        shared: Connections | None = None,
    ) -> None:
        self._workspace = workspace_id
        self._guard = guard or Guard.from_environment()
        self._shared = shared

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
        credential: str | None = None,
        timeout_seconds: float | None = None,
        follow_redirects: bool = True,
        max_bytes: int = 10_000_000,
        on_part: Callable[[bytes], None] | None = None,
        until: str = "",
    ) -> HttpReply:
        """Send one request; raises NodeError with a sentence that says what went wrong."""
        target = self._guard.check(_with_query(url.strip(" "), query))
        secret = NO_SECRET
        if credential:
            secret = await secret_for(self._workspace, credential, target)
        call = _Call(
            method.upper(),
            target,
            _own(headers or {}),
            body,
            secret,
            max_bytes,
            on_part,
            until.encode(),
        )
        seconds = timeout_seconds or DEFAULT_SECONDS
        try:
            async with asyncio.timeout(seconds):
                return await self._hops(call, follow_redirects)
        except TimeoutError:
            raise timed_out(target, seconds) from None

    def letting_through(self, place: str) -> GuardedClient:
        """The same client for one further host and port: a server that Segue itself started."""
        guard = replace(self._guard, internal=self._guard.internal | {place})
        return GuardedClient(self._workspace, guard=guard, shared=self._connections())

    async def close(self) -> None:
        """Give the connections back; the last one to do so closes them."""
        shared, self._shared = self._shared, None
        if shared is not None:
            await release(shared)

    async def _hops(self, call: _Call, follow: bool) -> HttpReply:
        for _ in range(MAX_REDIRECTS + 1):
            reply = await self._send(call)
            place = reply.headers.get("location")
            if not follow or reply.status not in _REDIRECTS or not place:
                return reply
            call = self._next(call, reply.status, place)
        raise NodeError(
            f"“{call.target.host}” sent us on more than {MAX_REDIRECTS} times.",
            error_class=ErrorClass.BAD_ANSWER,
            retryable=False,
        )

    def _next(self, call: _Call, status: int, place: str) -> _Call:
        """Where a redirect leads, checked like the first address; secrets stay with the origin."""
        target = self._guard.check(urljoin(call.target.url, place))
        if target.own:
            raise NodeError("A redirect led to the practice world.", retryable=False)
        headers, secret = dict(call.headers), call.secret
        if target.origin != call.target.origin:
            if call.target.scheme == "https" and target.scheme == "http" and _secretive(call):
                raise NodeError(
                    "The other side sent us from https to http, where the secret could be read.",
                    error_class=ErrorClass.BAD_ANSWER,
                    retryable=False,
                )
            headers = {n: v for n, v in headers.items() if n.lower() not in _DROPPED}
            secret = replace(secret, headers={})
        method, body = call.method, call.body
        if status == 303 or (status in (301, 302) and method == "POST"):
            method, body = ("HEAD" if method == "HEAD" else "GET"), None
            headers = {n: v for n, v in headers.items() if n.lower() != "content-type"}
        return replace(
            call, method=method, target=target, headers=headers, body=body, secret=secret
        )

    async def _send(self, call: _Call) -> HttpReply:
        headers = {
            "User-Agent": "Segue",
            "Accept": "*/*",
            **call.headers,
            **call.secret.headers,
            "Accept-Encoding": "gzip, deflate",
        }
        if call.target.own:  # the practice world keeps what workspaces send it apart
            headers["Segue-Workspace"] = self._workspace
        try:
            request = httpx.Request(
                call.method,
                call.target.url,
                headers=headers,
                content=call.body,
                extensions={"timeout": TIMEOUT},
            )
            response = await self._transport(call.target).handle_async_request(request)
            response.request = request
            try:
                content = await _read(response, call)
            finally:
                await response.aclose()
        except FAILURES as error:
            if isinstance(error, TimeoutError):
                raise
            raise failure(error, call.target) from None
        return _reply(response, content, call)

    def _transport(self, target: Target) -> httpx.AsyncBaseTransport:
        shared = self._connections()
        return shared.own if target.own else shared.world

    def _connections(self) -> Connections:
        if self._shared is None:
            self._shared = connections()
            self._shared.users += 1
        return self._shared


async def _read(response: httpx.Response, call: _Call) -> bytes:
    limit = call.max_bytes
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in _PACKINGS:  # packed twice, or in a way we did not ask for: likely a bomb
        raise httpx.DecodingError("packing")
    announced = int(response.headers.get("content-length") or 0)
    if announced > limit and response.request.method != "HEAD":
        raise too_large(limit)
    streams = response.headers.get("content-type", "").lower().startswith("text/event-stream")
    content = bytearray()
    async for part in response.aiter_bytes():
        seen = len(content)
        content += part
        if len(content) > limit:
            raise too_large(limit)
        if call.on_part is not None and response.is_success:
            call.on_part(call.secret.masked_bytes(part))
        if call.until and streams and _is_enough(content, call.until, seen):
            break
    return bytes(content)


def _is_enough(content: bytearray, until: bytes, seen: int) -> bool:
    """Whether the event that holds this text is complete; `seen` bytes were looked at before."""
    found = content.find(until, max(0, seen - LONGEST_EVENT))
    if found < 0:
        return False
    return any(content.find(end, found) >= 0 for end in (b"\n\n", b"\r\n\r\n", b"\r\r"))


def _reply(response: httpx.Response, content: bytes, call: _Call) -> HttpReply:
    secret = call.secret
    headers = {n.lower(): secret.masked(v) for n, v in response.headers.items()}
    url = secret.masked(call.target.url)
    return HttpReply(response.status_code, headers, secret.masked_bytes(content), url)


def _with_query(url: str, query: Sequence[tuple[str, str]]) -> str:
    if not query:
        return url
    address = url.split("#", 1)[0]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(list(query))}"


def _own(headers: Mapping[str, str]) -> dict[str, str]:
    """The flow's headers, without those that are ours; raises NodeError on line breaks."""
    kept = {n: v for n, v in headers.items() if n.lower() not in _OURS}
    if any(not f"{n}{v}".isprintable() for n, v in kept.items()) or "" in kept:
        raise NodeError(
            "A header holds a line break or has no name.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            field="headers",
        )
    return kept


def _secretive(call: _Call) -> bool:
    return bool(call.secret.headers) or any(n.lower() in _DROPPED for n in call.headers)
