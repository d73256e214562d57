"""What an HTTP status means for the person and for another try. For nodes and providers alike."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from runtime.sdk.context import HttpReply
from runtime.sdk.errors import ErrorClass, NodeError

_FIXES = {
    400: "Look at what is sent.",
    401: "Choose a connection that may do this, or renew it.",
    403: "Choose a connection that may do this.",
    404: "Check the address.",
    429: "Send less at once, or allow more tries.",
}


def refuse_bad_status(reply: HttpReply, now: float) -> None:
    """Raise a NodeError for statuses from 400 on."""
    status = reply.status
    if status < 400:
        return
    host = urlsplit(reply.url).hostname or "The other side"
    raise NodeError(
        f"{host} answered with status {status}{_quoted(said(reply))}.",
        error_class=class_of(status),
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


def class_of(status: int) -> ErrorClass:
    """The class a retry policy chooses by."""
    if status == 429:
        return ErrorClass.STATUS_429
    return ErrorClass.STATUS_5XX if status >= 500 else ErrorClass.STATUS_4XX


def said(reply: HttpReply) -> str:
    """What the other side says about it, where it says so in a usual place; else empty."""
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
            return " ".join(found.split())[:200]
    return ""


def _quoted(text: str) -> str:
    return f" (“{text}”)" if text else ""
