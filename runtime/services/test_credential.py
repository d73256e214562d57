"""Tries a connection: calls its test address and says in a sentence what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from runtime.credentials.catalogue import CREDENTIAL_TYPES
from runtime.sdk import HttpReply, NodeError
from runtime.services.credentials import CredentialRefusedError, open_credential


@dataclass(frozen=True, slots=True)
class TestResult:
    """Whether it works, in a sentence."""

    ok: bool
    message: str


def test_credential(workspace_id: UUID, credential_id: UUID) -> TestResult:
    """Call the test address with the connection's headers, through the guard like any step."""
    try:
        opened = open_credential(workspace_id, credential_id)
    except CredentialRefusedError as error:
        return TestResult(False, str(error))
    reached_by = CREDENTIAL_TYPES[opened.type].reached_by
    if reached_by != "http":
        return _greeted(_GREETINGS[reached_by], str(workspace_id), str(credential_id))
    url = CREDENTIAL_TYPES[opened.type].test_url(opened.secret, opened.allowed_hosts)
    if not url:
        return TestResult(False, _("There is no address to test with. Fill one in."))
    try:
        reply = asyncio.run(_call(str(workspace_id), str(credential_id), url))
    except NodeError as error:
        return TestResult(False, error.message)
    if reply.status < 400:
        return TestResult(True, _("It works: the other side answered."))
    if reply.status in (401, 403):
        return TestResult(False, _("The other side refused it (status %d).") % reply.status)
    return TestResult(False, _("The other side answered with status %d.") % reply.status)


def _greeted(greet: Greeting, workspace: str, credential: str) -> TestResult:
    try:
        asyncio.run(greet(workspace, credential))
    except NodeError as error:
        return TestResult(False, " ".join(part for part in (error.message, error.fix) if part))
    return TestResult(True, _("It works: the other side answered."))


async def _ask_database(workspace: str, credential: str) -> None:
    from runtime.network.databases import GuardedDatabases

    databases = GuardedDatabases(workspace)
    await databases.query(credential, "SELECT 1", {}, timeout_seconds=10)


async def _greet_mail_server(workspace: str, credential: str) -> None:
    from runtime.network.smtp import greet

    await greet(workspace, credential)


Greeting = Callable[[str, str], Coroutine[Any, Any, None]]


async def _look_into_mailbox(workspace: str, credential: str) -> None:
    from runtime.network.imap import look_in

    await look_in(workspace, credential)


_GREETINGS: Mapping[str, Greeting] = {
    "sql": _ask_database,
    "mail": _greet_mail_server,
    "mailbox": _look_into_mailbox,
}


async def _call(workspace: str, credential: str, url: str) -> HttpReply:
    from runtime.network.client import GuardedClient

    client = GuardedClient(workspace)
    try:
        return await client.request("GET", url, credential=credential, timeout_seconds=10)
    finally:
        await client.close()
