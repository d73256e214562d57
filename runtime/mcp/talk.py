"""One talk with an MCP server: greet it, ask which tools it has, use one, say goodbye."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from runtime.mcp.messages import (
    REVISION,
    REVISIONS,
    STATELESS,
    about_us,
    host_of,
    notification,
    request,
    result_of,
)
from runtime.sdk import ErrorClass, HttpClient, HttpReply, Json, NodeError
from runtime.sdk.statuses import refuse_bad_status

MOST_PAGES = 20
MOST_TOOLS = 500
MOST_BYTES = 10_000_000  # of one answer
MOST_LIST_BYTES = 2_000_000
LONGEST_SESSION = 500
# Asking in another way does not help where nothing, or not now, was answered.
_NO_ANSWER = frozenset(
    {ErrorClass.NETWORK, ErrorClass.TIMEOUT, ErrorClass.STATUS_429, ErrorClass.STATUS_5XX}
)


@dataclass(slots=True)
class Talk:
    """Raises NodeError. `key` is the same for each try, for servers that can tell repetitions."""

    http: HttpClient
    address: str
    credential: str | None
    now: float
    key: str = ""
    _session: str = ""
    _revision: str = field(default="", init=False)

    async def begin(self) -> None:
        """Agree on the protocol's revision, be it by a greeting or without one."""
        try:
            await self._greet()
        except NodeError as refused:
            if refused.error_class in _NO_ANSWER:
                raise
            self._revision = STATELESS
            try:
                found = await self._ask("server/discover", {})
            except NodeError:
                raise refused from None  # neither way: what the first one heard says more
            if STATELESS not in (found.get("supportedVersions") or ()):
                raise refused from None

    async def _greet(self) -> None:
        greeting: dict[str, Json] = {
            "protocolVersion": REVISION,
            "capabilities": {},
            "clientInfo": {"name": "Segue", "version": "1"},
        }
        name = _fresh()
        reply = await self._post(request(name, "initialize", greeting), "initialize", until=name)
        answer = result_of(reply, name)
        revision = str(answer.get("protocolVersion", ""))
        if revision not in REVISIONS:
            raise NodeError(
                f"{host_of(reply)} speaks a form of the protocol (MCP {revision[:40]}) that is not "
                "understood here.",
                error_class=ErrorClass.BAD_ANSWER,
                retryable=False,
            )
        session = reply.headers.get("mcp-session-id", "")
        self._session = session if _may_be_sent(session) else ""
        self._revision = revision
        await self._post(notification("notifications/initialized"), "notifications/initialized")

    async def tools(self) -> list[Mapping[str, Any]]:
        """What it says of its tools, as it says it."""
        found: list[Mapping[str, Any]] = []
        cursor: Json = None
        for _ in range(MOST_PAGES):
            params: dict[str, Json] = {} if cursor is None else {"cursor": cursor}
            page = await self._ask("tools/list", params, most_bytes=MOST_LIST_BYTES)
            tools = page.get("tools")
            found += [t for t in tools if isinstance(t, dict)] if isinstance(tools, list) else []
            cursor = page.get("nextCursor")
            if not isinstance(cursor, str) or not cursor or len(found) >= MOST_TOOLS:
                break
        return found[:MOST_TOOLS]

    async def call(self, name: str, arguments: Mapping[str, Json]) -> Mapping[str, Any]:
        """Use a tool; its result as it comes."""
        return await self._ask("tools/call", {"name": name, "arguments": dict(arguments)})

    async def end(self) -> None:
        """Let the server forget the talk; it is no matter where it cannot."""
        if self._session:
            with suppress(NodeError):
                await self.http.request(
                    "DELETE",
                    self.address,
                    headers=self._headers(""),
                    credential=self.credential,
                    follow_redirects=False,
                    timeout_seconds=5,
                    max_bytes=100_000,
                )

    async def _ask(
        self, method: str, params: Mapping[str, Json], *, most_bytes: int = MOST_BYTES
    ) -> Mapping[str, Any]:
        name = _fresh()
        if self._revision == STATELESS:
            params = {**params, "_meta": about_us()}
        body = request(name, method, params)
        called = str(params.get("name", ""))
        reply = await self._post(body, method, called, until=name, most_bytes=most_bytes)
        return result_of(reply, name)

    async def _post(
        self,
        body: bytes,
        method: str,
        called: str = "",
        *,
        until: str = "",
        most_bytes: int = MOST_BYTES,
    ) -> HttpReply:
        reply = await self.http.request(
            "POST",
            self.address,
            headers=self._headers(method, called),
            body=body,
            credential=self.credential,
            # Whoever chose the address chose its host: a server that sends us on may mean another.
            follow_redirects=False,
            max_bytes=most_bytes,
            until=until,
        )
        if 300 <= reply.status < 400:
            raise NodeError(
                f"{host_of(reply)} sends us on to another address, which is not followed.",
                error_class=ErrorClass.BAD_ANSWER,
                retryable=False,
                fix="Fill in the address it should be.",
                field="address",
            )
        refuse_bad_status(reply, self.now)
        return reply

    def _headers(self, method: str, called: str = "") -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
        }
        # Later revisions want to see in the headers what is asked for.
        if method:
            headers["Mcp-Method"] = method
        if called and _may_be_sent(called):
            headers["Mcp-Name"] = called
        if self._session:
            headers["Mcp-Session-Id"] = self._session
        if self._revision:
            headers["MCP-Protocol-Version"] = self._revision
        if self.key and method == "tools/call":
            headers["Idempotency-Key"] = self.key
        return headers


def _fresh() -> str:
    """An id that occurs nowhere else, so that it can be looked for in a stream."""
    return f"segue-{secrets.token_hex(8)}"


def _may_be_sent(text: str) -> bool:
    return len(text) <= LONGEST_SESSION and text.isascii() and text.isprintable()
