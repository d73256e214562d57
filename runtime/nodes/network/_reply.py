"""Reads HTTP answers: what the body holds, and what a bad status means for another try."""

from __future__ import annotations

import base64
import json
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from runtime.sdk import ErrorClass, HttpReply, Json, NodeError

_FIXES = {
    400: "Look at what is sent.",
    401: "Choose a connection that may do this, or renew it.",
    403: "Choose a connection that may do this.",
    404: "Check the address.",
    429: "Send less at once, or allow more tries.",
}


def body_of(reply: HttpReply, read_as: str) -> Json:
    """The body as data or text; raises NodeError where it is not what was asked for."""
    kind = reply.headers.get("content-type", "").lower()
    if read_as == "json" or (read_as == "auto" and _says_json(kind)):
        if not reply.content and read_as == "auto":
            return None
        try:
            parsed: Json = json.loads(reply.content, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise NodeError(
                "The answer should be JSON, and is not.",
                error_class=ErrorClass.BAD_ANSWER,
                fix="Look at the answer, or read it as text.",
            ) from None
        return parsed
    return _text(reply.content, kind, read_as)


def refuse_bad_status(reply: HttpReply, now: float) -> None:
    """Raise a NodeError for statuses from 400 on."""
    status = reply.status
    if status < 400:
        return
    host = urlsplit(reply.url).hostname or "The other side"
    said = _said(reply)
    raise NodeError(
        f"{host} answered with status {status}{said}.",
        error_class=_class_of(status),
        retry_after=retry_after(reply.headers.get("retry-after", ""), now),
        status=status,
        fix=_FIXES.get(status, "A later try may help." if status >= 500 else None),
    )


def retry_after(text: str, now: float) -> float | None:
    """Seconds to wait by a Retry-After header: a number or a date (RFC 9110)."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def _class_of(status: int) -> ErrorClass:
    if status == 429:
        return ErrorClass.STATUS_429
    return ErrorClass.STATUS_5XX if status >= 500 else ErrorClass.STATUS_4XX


def _said(reply: HttpReply) -> str:
    """What the other side says about it, where it says so in a usual place."""
    try:
        body = json.loads(reply.content) if len(reply.content) < 100_000 else None
    except (ValueError, RecursionError):
        return ""
    if not isinstance(body, dict):
        return ""
    for name in ("message", "detail", "error", "title"):
        found = body.get(name)
        if isinstance(found, dict):
            found = found.get("message")
        if isinstance(found, str) and found.strip():
            return f" (“{' '.join(found.split())[:200]}”)"
    return ""


def _says_json(kind: str) -> bool:
    media = kind.split(";", 1)[0].strip()
    return media == "application/json" or media.endswith("+json")


def _text(content: bytes, kind: str, read_as: str) -> str:
    """Text in the charset it names; what is no text comes as base64."""
    charset = kind.partition("charset=")[2].split(";")[0].strip(" \"'") or "utf-8"
    try:
        text = content.decode(charset)
    except (UnicodeDecodeError, LookupError):
        if read_as == "text" or kind.startswith("text/"):
            text = content.decode("utf-8", "replace")
        else:
            return base64.b64encode(content).decode("ascii")
    return text.replace("\0", "")


def _no_constant(name: str) -> float:
    raise ValueError(name)  # NaN and Infinity are not JSON, and no database would store them
