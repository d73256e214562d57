"""Tries a connection: calls its test address and says in a sentence what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
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


async def _call(workspace: str, credential: str, url: str) -> HttpReply:
    from runtime.network.client import GuardedClient

    client = GuardedClient(workspace)
    try:
        return await client.request("GET", url, credential=credential, timeout_seconds=10)
    finally:
        await client.close()
