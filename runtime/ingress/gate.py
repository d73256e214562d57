"""Who may call an address: from where, how often, from which pages, and with what proof.

Whoever is refused hears the same sentence whatever was wrong, and nothing of the call is kept.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog

from runtime.credentials.catalogue import CREDENTIAL_TYPES
from runtime.credentials.proof import IncomingCall
from runtime.ingress.body import RefusedError
from runtime.ingress.rates import Rates
from runtime.ingress.routing import FoundRoute
from runtime.services.credentials import OpenedCredential

log = structlog.get_logger(__name__)
# How long an opened connection is believed. A call it does not fit is checked with a fresh one, so
# a new secret works at once, and an old one a moment longer.
KNOWN_SECONDS = 5.0
MOST_KNOWN = 1000
_REFUSED = (
    "This call was not taken: it does not show that it comes from somebody who may call here. "
    "Check the connection that the step “Webhook” asks for."
)


class Gate:
    """Lets calls in. One for the whole web process."""

    def __init__(self, redis_url: str, *, behind_proxy: bool = False) -> None:
        self._behind_proxy = behind_proxy
        self._rates = Rates(redis_url)
        self._known: dict[UUID, tuple[float, OpenedCredential | None]] = {}

    async def before_body(self, route: FoundRoute, scope: Mapping[str, Any]) -> None:
        """Refuse by where it comes from and how often, before any of its body is read."""
        networks = route.settings.get("networks") or ()
        if networks and not within(self._caller(scope), networks):
            raise _refused(route, "network")
        most = int(route.settings.get("most_per_minute") or 0)
        if most and (wait := await self._rates.wait_for(str(route.id), most)):
            message = f"This address takes {most} calls a minute. Send the call again later."
            raise RefusedError(429, message, {"retry-after": str(wait)})

    async def with_body(self, route: FoundRoute, headers: Mapping[str, str], body: bytes) -> None:
        """Refuse what does not prove who sent it, where the address asks for that."""
        asked = route.settings.get("connection")
        if not asked:
            return
        call = IncomingCall(headers, body, time.time())
        for fresh in (False, True):
            opened = await self._opened(route.workspace_id, str(asked), fresh=fresh)
            if opened is not None and CREDENTIAL_TYPES[opened.type].proven(opened.secret, call):
                return
        raise _refused(route, "proof")

    async def needs_body(self, route: FoundRoute) -> bool:
        """Whether the proof that the address asks for is made of the body."""
        asked = route.settings.get("connection")
        if not asked:
            return False
        opened = await self._opened(route.workspace_id, str(asked), fresh=False)
        return opened is None or CREDENTIAL_TYPES[opened.type].signs_body

    async def _opened(self, workspace: UUID, asked: str, *, fresh: bool) -> OpenedCredential | None:
        try:
            credential = UUID(asked)
        except ValueError:
            return None
        known = self._known.get(credential)
        if known is not None and not fresh and known[0] > time.monotonic():
            return known[1]
        opened = await asyncio.to_thread(_open, workspace, credential)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[credential] = (time.monotonic() + KNOWN_SECONDS, opened)
        return opened

    def _caller(self, scope: Mapping[str, Any]) -> str:
        """The peer; behind a declared proxy the last address that this proxy saw."""
        peer = scope.get("client") or ("",)
        if self._behind_proxy:
            names = dict(scope["headers"])
            forwarded = names.get(b"x-forwarded-for", b"").decode("latin-1")
            if forwarded:
                return str(forwarded.rsplit(",", 1)[-1].strip())
        return str(peer[0])


def within(address: str, networks: Sequence[str]) -> bool:
    """Whether an address lies in one of these networks; what cannot be read lies in none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return any(_holds(network, mapped or found) for network in networks)


def _holds(network: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(network.strip(), strict=False)
    except ValueError:
        return False


def _open(workspace: UUID, credential: UUID) -> OpenedCredential | None:
    # The only thing here that needs Django's own connection, which belongs to its thread.
    from django.db import DatabaseError, close_old_connections

    from runtime.services.credentials import CredentialRefusedError, open_credential
    from runtime.store.dialect import DatabaseDownError

    close_old_connections()
    try:
        return open_credential(workspace, credential)
    except CredentialRefusedError as error:
        log.warning("hook.connection_unusable", credential=str(credential), why=str(error))
        return None
    except DatabaseError as error:
        raise DatabaseDownError(str(error)) from error
    finally:
        close_old_connections()


def _refused(route: FoundRoute, why: str) -> RefusedError:
    log.info("hook.refused", path=route.path, mode=route.mode, why=why)
    return RefusedError(401, _REFUSED)
