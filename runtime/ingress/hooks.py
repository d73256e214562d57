"""One call to `/hooks/…`: from the request to the answer. No Django in the way."""

from __future__ import annotations

import hashlib
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import structlog

from runtime.graph.addresses import ANYTHING, values_in
from runtime.ingress.accepting import Call, accept_calls
from runtime.ingress.batcher import Batcher
from runtime.ingress.body import MAX_FIELDS, RefusedError, collect
from runtime.ingress.gate import Gate
from runtime.ingress.origins import allowing, asks_beforehand, may_call
from runtime.ingress.reading import check_again, read_call
from runtime.ingress.replies import Replies, Standing
from runtime.ingress.respond import Reply, json_reply, responded
from runtime.ingress.routing import FoundRoute, Routes, find_routes
from runtime.ingress.streaming import STREAM_HEADERS, stream_of
from runtime.ingress.uploads import Taken
from runtime.models.ids import uuid7
from runtime.observe import metrics
from runtime.sdk.items import Item, Json
from runtime.services.limits import priority_of, slot_of
from runtime.store.accept import Accepted, NewRun
from runtime.store.dialect import DatabaseDownError

log = structlog.get_logger(__name__)
# A call passes through several threads; at Python's usual 5 ms each would wait as long for its
# turn.
SWITCH_SECONDS = 0.0005
TEST_PREFIX = "test/"
TRIES = 3  # a route that changes between each look and its commit is being worked on
MOST_KNOWN = 10_000
# Whoever sends the same event again says so with one of these.
DELIVERY_HEADERS = ("idempotency-key", "webhook-id", "x-github-delivery")
_DELIVERY_KEY = re.compile(r"^[\x21-\x7e]{1,200}$")
_PRIVATE_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(slots=True)
class _Call:
    """One call on its way; `route` as soon as it is known."""

    scope: Mapping[str, Any]
    headers: Mapping[str, str]
    route: FoundRoute | None = None


class Hooks:
    """Everything the path needs, made once per process."""

    def __init__(self, redis_url: str, *, behind_proxy: bool = False) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        self._routes: Batcher[str, Routes] = Batcher("routes", find_routes)
        self._accept: Batcher[Call, Accepted | None] = Batcher(
            "accept", accept_calls, lambda: self._underway
        )
        self._underway = 0
        self._replies = Replies(redis_url)
        self._gate = Gate(redis_url, behind_proxy=behind_proxy)
        self._known: dict[tuple[str, str], FoundRoute] = {}

    async def answer(self, scope: Mapping[str, Any], receive: Any) -> Reply:
        """The reply to one call; never raises."""
        began = time.monotonic()
        self._underway += 1
        try:
            reply = await self._reply(scope, receive)
        finally:
            self._underway -= 1
        metrics.webhook_answered(reply[0], time.monotonic() - began)
        return reply

    async def _reply(self, scope: Mapping[str, Any], receive: Any) -> Reply:
        call = _Call(scope, _headers(scope))
        status, headers, body = await self._taken_or_refused(call, receive)
        if call.route is not None:
            headers = {**headers, **allowing(call.route, call.headers)}
        return status, headers, body

    async def _taken_or_refused(self, call: _Call, receive: Any) -> Reply:
        try:
            return await self._answer(call, receive)
        except RefusedError as refused:
            return json_reply(refused.status, {"message": refused.message}, refused.headers)
        except DatabaseDownError as error:
            log.debug("hook.database_away", error=str(error))  # said once, by who reconnects
            message = "The call could not be kept right now. Send it again in a moment."
            return json_reply(503, {"message": message}, {"retry-after": "5"})

    async def _answer(self, call: _Call, receive: Any) -> Reply:
        scope, headers = call.scope, call.headers
        path = scope["path"].removeprefix("/hooks/").rstrip("/")
        mode = "live"
        if path.startswith(TEST_PREFIX):
            mode, path = "test", path.removeprefix(TEST_PREFIX)
        beforehand = asks_beforehand(scope)
        route = await self._route(mode, path, beforehand or scope["method"])
        call.route = route
        if beforehand is not None:
            return may_call(route, headers)
        await self._gate.before_body(route, scope)
        taken = await read_call(route, headers, receive, self._gate)
        for _ in range(TRIES):
            run = self._new_run(route, path, scope, headers, taken)
            waits = route.settings.get("answer", "at_once") != "at_once"
            if waits:
                self._replies.expect(run.id)
            try:
                accepted = await self._accept.ask(Call(route, run))
            except BaseException:  # also where the caller hung up
                self._replies.forget(run.id)
                raise
            if accepted is not None:
                return await self._accepted(route, run.id, accepted, waits=waits)
            self._replies.forget(run.id)
            route = await self._fresh_route(mode, path, scope["method"])
            await check_again(route, headers, taken, self._gate)
        raise RefusedError(503, _CHANGING, {"retry-after": "1"})

    async def _accepted(
        self, route: FoundRoute, asked: UUID, accepted: Accepted, *, waits: bool
    ) -> Reply:
        if accepted.run_id != asked or accepted.busy or accepted.conflict:
            self._replies.forget(asked)
        if accepted.busy:
            raise RefusedError(429, _BUSY, {"retry-after": "5"})
        if accepted.conflict:
            message = "This key was already used for a call with other content. Use a new key."
            return json_reply(422, {"message": message})
        if not waits:
            return json_reply(202, {"run": str(accepted.run_id), "status": "queued"})
        if route.settings.get("answer") == "stream":
            return 200, dict(STREAM_HEADERS), stream_of(self._replies, route, accepted.run_id)
        return await self._wait(route, accepted)

    async def _route(self, mode: str, path: str, method: str) -> FoundRoute:
        """The route, as last seen: whether it still stands is asked with the commit.

        What was seen before lets in, but never refuses.
        """
        known = self._known.get((mode, path))
        if known is not None and known.live and method in known.methods:
            return known
        return await self._fresh_route(mode, path, method)

    async def _fresh_route(self, mode: str, path: str, method: str) -> FoundRoute:
        self._known.pop((mode, path), None)
        # No trigger takes such an address; PostgreSQL would refuse the question, and with it those
        # of everybody who asks at the same moment.
        if not path or len(path) > 200 or not path.isprintable():
            raise RefusedError(404, _NOBODY)
        found = await self._routes.ask(path)
        route = found.get(mode)
        if route is None and "test" in found:
            message = f"“{found['test'].flow_name}” is not published yet. Publish it first."
            raise RefusedError(404, message)
        if route is None:
            raise RefusedError(404, _NOBODY)
        if not route.live:
            raise RefusedError(404, f"“{route.flow_name}” is switched off. Switch it on first.")
        if method not in route.methods:
            allowed = ", ".join(route.methods)
            message = f"This address does not take {method}. It takes {allowed}."
            raise RefusedError(405, message, {"allow": allowed})
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[(mode, path)] = route
        return route

    def _new_run(
        self,
        route: FoundRoute,
        path: str,
        scope: Mapping[str, Any],
        headers: Mapping[str, str],
        taken: Taken,
    ) -> NewRun:
        shown = {name: v for name, v in headers.items() if name not in _PRIVATE_HEADERS}
        item: dict[str, Json] = {
            "method": scope["method"],
            "path": path,
            "query": _query(scope),
            "headers": dict(shown),
            "body": taken.data,
        }
        if ANYTHING in route.path:
            address = str(route.settings.get("address", route.path))
            item["params"] = dict(values_in(address, path))
        key = _delivery_key(headers)
        limits = route.settings.get("limits") or {}
        return NewRun(
            id=uuid7(),
            workspace_id=route.workspace_id,
            flow_id=route.flow_id,
            version=route.version,
            snapshot_id=route.snapshot_id,
            mode=route.mode,
            trigger_key=route.node,
            trigger_kind="webhook",
            items=[Item(item, taken.files)],
            created_at=time.time(),
            deadline_seconds=float(route.settings.get("deadline_seconds", 3600)),
            reply_to=self._replies.channel,
            delivery=(route.id, key, taken.fingerprint) if key else None,
            priority=priority_of(limits),
            slot=slot_of(limits, route.flow_id, route.mode, item),
        )

    async def _wait(self, route: FoundRoute, accepted: Accepted) -> Reply:
        for_response = route.settings.get("answer") == "by_respond"
        limit = float(route.settings.get("wait_limit_seconds", 30))
        run = str(accepted.run_id)
        standing = await self._replies.wait(accepted.run_id, limit, for_response=for_response)
        if standing is None:
            message = f"The flow has not finished within {limit:g} seconds. It goes on."
            return json_reply(504, {"run": run, "message": message})
        if for_response or standing.response is not None:
            if standing.response is not None:
                return responded(standing.response)
            if standing.status == "succeeded":
                return 204, {"x-segue-run": run}, b""
        return _finished(run, standing)


_CHANGING = "This flow is being changed. Send the call again in a moment."
_BUSY = "This flow takes no more calls while others are under way. Send it again in a moment."
_NOBODY = "No flow answers at this address. Check the address, and whether the flow is published."


def _finished(run: str, standing: Standing) -> Reply:
    if standing.status == "succeeded":
        return json_reply(200, standing.output, {"x-segue-run": run})
    message = standing.reason or "The flow did not succeed."
    return json_reply(500, {"run": run, "status": standing.status, "message": message})


def _headers(scope: Mapping[str, Any]) -> dict[str, str]:
    return {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}


def _query(scope: Mapping[str, Any]) -> dict[str, Json]:
    raw = scope.get("query_string", b"").decode("latin-1")
    try:
        return collect(parse_qsl(raw, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        raise RefusedError(400, "The address has too many values after the “?”.") from None


def _delivery_key(headers: Mapping[str, str]) -> str | None:
    for name in DELIVERY_HEADERS:
        key = headers.get(name, "").strip().strip('"')
        if not key:
            continue
        if not _DELIVERY_KEY.match(key):
            raise RefusedError(
                400, f"The header {name} holds no usable key (up to 200 characters)."
            )
        whole = f"{name}:{key}"
        # Cut off, two long keys that differ at their end would be one.
        return whole if len(whole) <= 200 else f"{name}:{hashlib.sha256(key.encode()).hexdigest()}"
    return None
