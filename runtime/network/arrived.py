"""A mail as it came (RFC 5322, MIME) → its parts as data, and its attachments. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime

from runtime.sdk import Json

MOST_TEXT = 1_000_000  # characters of a body
MOST_FILES = 50


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What flows get of it."""

    data: dict[str, Json]
    attachments: tuple[Attachment, ...]


def read_mail(content: bytes) -> Mail:
    """Read it as well as it can be read: mail is seldom as the standards want it."""
    message = BytesParser(policy=policy.default).parsebytes(content)
    sender = _addresses(message, "from")
    data: dict[str, Json] = {
        "from": sender[0]["address"] if sender else "",
        "from_name": sender[0]["name"] if sender else "",
        "to": [entry["address"] for entry in _addresses(message, "to")],
        "cc": [entry["address"] for entry in _addresses(message, "cc")],
        "reply_to": [entry["address"] for entry in _addresses(message, "reply-to")],
        "subject": _header(message, "subject"),
        "text": _body(message, "plain"),
        "html": _body(message, "html"),
        "date": _date(message),
        "message_id": _header(message, "message-id").strip(),
    }
    return Mail(data, tuple(_attachments(message)))


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, IndexError, AttributeError, TypeError):  # the parser on rubbish
        return ""


def _addresses(message: EmailMessage, name: str) -> list[dict[str, str]]:
    found = getaddresses([_header(message, name)])
    return [{"name": named, "address": address} for named, address in found if address]


def _date(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(_header(message, "date")).isoformat()
    except (ValueError, TypeError):
        return None


def _body(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body((kind,))
        text = part.get_content() if part is not None else ""
    except (LookupError, ValueError, AttributeError, TypeError):
        return ""
    return str(text).replace("\x00", "")[:MOST_TEXT]


def _attachments(message: EmailMessage) -> list[Attachment]:
    found: list[Attachment] = []
    for part in message.walk():
        if part.is_multipart() or not (part.get_filename() or _is_attached(part)):
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and len(found) < MOST_FILES:
            found.append(Attachment(part.get_filename() or "", part.get_content_type(), content))
    return found


def _is_attached(part: object) -> bool:
    return isinstance(part, EmailMessage) and part.get_content_disposition() == "attachment"
