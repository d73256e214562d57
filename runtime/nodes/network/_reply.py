"""Reads what the body of an HTTP answer holds."""

from __future__ import annotations

import base64
import json

from runtime.sdk import ErrorClass, HttpReply, Json, NodeError


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
