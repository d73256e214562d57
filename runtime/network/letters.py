"""A letter as the bytes a mail server takes (RFC 5322). Pure; no data makes a header of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.encoders import encode_base64
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr

import idna

from runtime.sdk import ErrorClass, NodeError
from runtime.sdk.mail import Attachment, Letter
from runtime.sdk.media import safe_name

MOST_RECIPIENTS = 100
MOST_CHARACTERS = 5_000_000
MOST_ATTACHED = 20_000_000  # bytes; base64 makes a third more of them
MOST_ATTACHMENTS = 50
_MEDIA_TYPE = re.compile(r"(?!multipart|message)[a-z]{1,20}/[a-z0-9][a-z0-9.+-]{0,90}")
_ON_THE_WIRE = compat32.clone(linesep="\r\n")
_ADDRESS = re.compile(r"(?:\"?([^<>\"]{0,200}?)\"?\s*<([^<>]{3,320})>|([^<>\s]{3,320}))")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter ready to be handed over: from whom, to whom, and the bytes in between."""

    sender: Address
    recipients: tuple[str, ...]
    message_id: str
    content: bytes


def checked(letter: Letter, key: str, now: float, usual_sender: str) -> Envelope:
    """The letter as it is sent; raises NodeError where it cannot be."""
    sender = address_of(letter.sender or usual_sender, "sender")
    recipients = recipients_of(letter)
    content = written(letter, sender, key, now)
    return Envelope(sender, tuple(recipients), message_id(key, sender), content)


def address_of(text: str, field: str = "to") -> Address:
    """One address, with or without a name; raises NodeError."""
    tidy = text.strip()
    found = _ADDRESS.fullmatch(tidy)
    if found is None or not tidy.isprintable():
        raise _bad_address(text, field)
    name, spec = (found[1] or "").strip(), (found[2] or found[3]).strip()
    local, _, domain = spec.rpartition("@")
    try:
        host = domain.lower() if domain.isascii() else idna.encode(domain.lower()).decode()
    except (idna.IDNAError, UnicodeError):
        raise _bad_address(text, field) from None
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(host) or len(local) > 64:
        raise _bad_address(text, field)
    return Address(name, local, host)


def recipients_of(letter: Letter) -> list[str]:
    """Everybody who gets it, each once; raises NodeError where there is nobody, or too many."""
    named = ((letter.to, "to"), (letter.cc, "cc"), (letter.bcc, "bcc"))
    found = [address_of(text, field).addr_spec for texts, field in named for text in texts]
    if not letter.to:
        raise _refused("The mail has nobody it goes to.", "to")
    if len(found) > MOST_RECIPIENTS:
        raise _refused(
            f"A mail goes to {MOST_RECIPIENTS} people at most, and this one to {len(found)}.",
            "to",
            "Send one for each: the step runs once for each item.",
        )
    once: dict[str, str] = {}
    for one in found:
        once.setdefault(one.lower(), one)
    return list(once.values())


def message_id(key: str, sender: Address) -> str:
    """The same for the same key: whoever got a mail twice can tell (RFC 5322, 3.6.4)."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.domain}>"


def written(letter: Letter, sender: Address, key: str, now: float) -> bytes:
    """The message; raises NodeError where an address is none, or all of it is too large.

    The headers are written out here and not by the library's newer classes: those read what looks
    like an encoded word in a subject, and a line break inside of one became a header of its own.
    """
    if len(letter.text) + len(letter.html) > MOST_CHARACTERS:
        raise _refused("The mail is larger than 5 MB.", "text")
    made = _body(_whole(letter.text), _whole(letter.html))
    if letter.attachments:
        made = _with_attachments(made, letter.attachments)
    headers = {
        "From": _named(sender),
        "To": _addresses(letter.to, "to"),
        "Cc": _addresses(letter.cc, "cc"),
        "Reply-To": _addresses(letter.reply_to, "reply_to"),
        "Subject": _encoded(one_line(letter.subject)),
        "Date": format_datetime(datetime.fromtimestamp(now, UTC)),
        "Message-ID": message_id(key, sender),
        "Auto-Submitted": "auto-generated",  # RFC 3834: out-of-office replies stay away
    }
    for name, value in headers.items():
        if value or name == "Subject":
            made[name] = value
    return made.as_bytes(policy=_ON_THE_WIRE)


def _body(text: str, html: str) -> Message:
    if not html:
        return MIMEText(text, "plain", "utf-8")
    page = MIMEText(html, "html", "utf-8")
    if not text:
        return page
    both = MIMEMultipart("alternative")
    both.attach(MIMEText(text, "plain", "utf-8"))
    both.attach(page)
    return both


def _with_attachments(body: Message, attachments: Sequence[Attachment]) -> Message:
    """The body and what goes with it (RFC 2183); raises NodeError where that is too much."""
    size = sum(len(one.content) for one in attachments)
    if size > MOST_ATTACHED or len(attachments) > MOST_ATTACHMENTS:
        raise _refused(
            f"A mail takes {MOST_ATTACHMENTS} files with {MOST_ATTACHED / 1e6:.0f} MB at most, and "
            f"these are {len(attachments)} with {size / 1e6:.1f} MB.",
            "attach",
            "Send fewer files, or an address where they can be fetched.",
        )
    whole = MIMEMultipart("mixed")
    whole.attach(body)
    for one in attachments:
        kind = (
            one.media_type if _MEDIA_TYPE.fullmatch(one.media_type) else "application/octet-stream"
        )
        part = MIMEBase(*kind.split("/"))
        part.set_payload(one.content)
        encode_base64(part)
        name = one_line(safe_name(one.name))
        # A name of other letters is encoded (RFC 2231); a plain one is only quoted.
        said = name if name.isascii() else ("utf-8", "", name)
        part.add_header("Content-Disposition", "attachment", filename=said)
        whole.attach(part)
    return whole


def _whole(text: str) -> str:
    """Without half characters, which some data holds and no mail can."""
    return text.encode("utf-8", "replace").decode()


def one_line(text: str) -> str:
    """The subject on one line, whatever data brought into it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:500]


def _encoded(text: str) -> str:
    """The text as a header may hold it (RFC 2047); what only looks encoded is encoded too."""
    if text.isascii() and "=?" not in text and len(text) < 60:
        return text
    return Header(text, "utf-8").encode()


def _named(address: Address) -> str:
    name = address.display_name
    if _encoded(name) == name:
        return formataddr((name, address.addr_spec))
    return f"{_encoded(name)} <{address.addr_spec}>"


def _addresses(texts: Sequence[str], field: str) -> str:
    return ", ".join(_named(address_of(text, field)) for text in texts)


def _bad_address(text: str, field: str) -> NodeError:
    shown = one_line(text)[:80]
    return _refused(f"“{shown}” is not a mail address.", field, "It looks like ada@example.com.")


def _refused(message: str, field: str, fix: str | None = None) -> NodeError:
    return NodeError(message, error_class=ErrorClass.INPUT, retryable=False, fix=fix, field=field)
