"""Mails as steps send them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail. Addresses are written `a@example.com` or `Ada <a@example.com>`."""

    to: Sequence[str]
    subject: str
    text: str = ""
    html: str = ""
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()
    sender: str = ""  # empty: whom the connection names
    reply_to: Sequence[str] = ()
    attachments: Sequence[Attachment] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a mail: sent, or put into the outbox because there is no mail server."""

    message_id: str
    sent: bool


class Mail(Protocol):
    """Sends mails by a connection to a mail server."""

    async def send(self, letter: Letter, *, credential: str | None, key: str) -> Posted:
        """Send it, to everybody or to nobody; without a connection it goes to the outbox.

        Its Message-ID is made of the `key`, so that a mail that was sent twice can be told.
        Raises NodeError; one of the class *lost* where nobody knows whether it went out.
        """
        ...
