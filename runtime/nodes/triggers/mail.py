"""Started by a mail that arrives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.sdk import BatchNode, Example, Item, Kind, NodeParams, Output, Port, TriggerInfo, field


class MailArrives(BatchNode):
    """Start the flow when a mail arrives in a mailbox; its attachments come along as files."""

    type, version = "trigger.mail", 1
    name, category, icon = "Mail arrives", "Triggers", "mail"
    keywords = ("email", "imap", "inbox", "mailbox", "receive", "letter")
    summary = "{folder}"
    inputs, outputs = (), (Port("out"),)
    trigger = TriggerInfo("mail", "A mail")

    class Params(NodeParams):
        mailbox: str = field(
            Kind.CREDENTIAL,
            label="Mailbox",
            help="A connection of the kind “Mailbox (IMAP)”. Mails stay there, unread.",
        )
        folder: str = field(
            Kind.TEXT,
            "INBOX",
            label="Folder",
            templates=False,
            min_length=1,
            max_length=200,
        )
        sender: str = field(
            Kind.TEXT,
            "",
            label="Only from",
            help="A part of the sender's address, such as @example.com. Empty: from everybody.",
            placeholder="@example.com",
            templates=False,
            max_length=200,
        )
        subject: str = field(
            Kind.TEXT,
            "",
            label="Only with these words in the subject",
            help="Capitals do not count. Empty: all mails.",
            templates=False,
            max_length=200,
        )
        every: float = field(
            Kind.DURATION,
            120,
            label="Look every",
            advanced=True,
            templates=False,
            ge=15,
            le=86_400,
        )
        sample: Any = field(
            Kind.JSON,
            None,
            label="Sample data",
            help="Offered when you press Test. It is not used in live runs.",
            templates=False,
            advanced=True,
        )

    examples = (
        Example(
            "Passes the mail on",
            {"mailbox": "01890000-0000-7000-8000-000000000000"},
            input=[{"from": "ada@example.com", "subject": "Hello", "text": "Hi!"}],
            output={"out": [{"from": "ada@example.com", "subject": "Hello", "text": "Hi!"}]},
        ),
    )
    output_sample = {
        "from": "ada@example.com",
        "from_name": "Ada",
        "to": ["shop@example.com"],
        "cc": [],
        "reply_to": [],
        "subject": "Where is my order?",
        "text": "Hello, I ordered a lamp last week.",
        "html": "",
        "date": "2026-03-30T09:00:00+00:00",
        "message_id": "<1@example.com>",
    }

    def run_batch(self, params: Sequence[Any], items: Sequence[Item]) -> Sequence[Output]:
        return [Output.items((item,)) for item in items]
