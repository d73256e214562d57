"""What another side answered, as data or text that every later step can take."""

from __future__ import annotations

import base64
import codecs
import json
import math

from runtime.sdk.errors import ErrorClass, NodeError
from runtime.sdk.items import Json

MAX_DEPTH = 100
_INT64 = range(-(2**63), 2**63)
# The character sets browsers know. Python has many more codecs: some take minutes, some are none.
_NAMES = """
    utf-8 utf-8-sig utf-16 utf-16-le utf-16-be ascii latin-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5
    iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp1250
    cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp866 cp874 koi8-r koi8-u mac-roman gbk
    gb18030 big5 euc-jp iso2022-jp shift-jis cp932 euc-kr cp949
"""
_CHARSETS = frozenset(codecs.lookup(name).name for name in _NAMES.split())


def read_json(content: bytes) -> Json:
    """JSON that can be kept; raises NodeError."""
    try:
        found: Json = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NodeError(
            "The answer should be JSON, and is not.",
            error_class=ErrorClass.BAD_ANSWER,
            fix="Look at the answer, or read it as text.",
        ) from None
    _check(found)
    return found


def read_text(content: bytes, kind: str, read_as: str) -> str:
    """Text in the charset it names; what is no text comes as base64."""
    try:
        text = content.decode(_charset(kind))
    except UnicodeDecodeError:
        if read_as == "text" or kind.startswith("text/"):
            text = content.decode("utf-8", "replace")
        else:
            return base64.b64encode(content).decode("ascii")
    return text.replace("\0", "")


def _charset(kind: str) -> str:
    named = kind.partition("charset=")[2].split(";")[0].strip(" \"'")
    try:
        name = codecs.lookup(named).name if named.isascii() else ""
    except LookupError:
        return "utf-8"
    return name if name in _CHARSETS else "utf-8"


def _check(value: Json) -> None:
    stack: list[tuple[Json, int]] = [(value, 0)]
    while stack:
        current, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise _refused(f"It is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(current, dict):
            stack.extend((inner, depth + 1) for inner in current.values())
            stack.extend((name, depth + 1) for name in current)
        elif isinstance(current, list):
            stack.extend((inner, depth + 1) for inner in current)
        else:
            _check_single(current)


def _check_single(value: str | int | float | bool | None) -> None:
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise _refused("A text in it is not valid Unicode.")
    elif isinstance(value, int):
        if value not in _INT64:
            raise _refused("A whole number in it has too many digits.")
    elif isinstance(value, float) and not math.isfinite(value):
        raise _refused("A number in it is too large.")


def _refused(why: str) -> NodeError:
    return NodeError(
        f"The answer is JSON that cannot be kept. {why}",
        error_class=ErrorClass.BAD_ANSWER,
        retryable=False,
        fix="Read the answer as text.",
    )


def _no_constant(name: str) -> float:
    raise ValueError(name)  # NaN and Infinity are not JSON, and no database would store them
