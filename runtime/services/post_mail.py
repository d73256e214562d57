"""Sends a mail of Segue's own: by a workspace's mail server, or into its outbox."""

from __future__ import annotations

import asyncio
from uuid import UUID

from runtime.keeping.outbox import put_into_outbox
from runtime.models import Credential
from runtime.network.letters import address_of
from runtime.network.smtp import post
from runtime.sdk import NodeError
from runtime.sdk.mail import Letter

__all__ = ["Letter", "MailNotSentError", "is_address", "mail_connections", "post_mail"]

KIND = "mail.smtp"


class MailNotSentError(Exception):
    """Nothing went out, or nobody knows; the sentence says why and what to do."""


def mail_connections(workspace_id: UUID) -> dict[UUID, str]:
    """The workspace's mail servers with their names, the oldest first."""
    rows = Credential.objects.in_workspace(workspace_id).filter(type=KIND).order_by("id")
    return dict(rows.values_list("id", "name"))


def is_address(text: str) -> bool:
    """Whether a mail could go there."""
    try:
        address_of(text)
    except NodeError:
        return False
    return True


def post_mail(workspace_id: UUID, letter: Letter, key: str, credential_id: UUID | None) -> None:
    """Send it; without a connection, put it into the outbox. The same key is the same mail.

    Takes as long as the mail server does: up to a minute. Raises MailNotSentError.
    """
    try:
        if credential_id is None:
            put_into_outbox(workspace_id, letter, key)
        else:
            asyncio.run(post(str(workspace_id), str(credential_id), letter, key))
    except NodeError as error:
        raise MailNotSentError(" ".join(filter(None, (error.message, error.fix)))) from None
