"""Reads JSON bodies strictly: a size limit, one meaning for every reader, nothing but JSON."""

import json
import math
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from runtime.graph.parse import why_not_json

MAX_DEPTH = 120  # a document (at most 100) and the request around it
MAX_INTEGER = 2**63


class TooLarge(APIException):
    status_code = 413
    default_detail = _("This is larger than 5 MB, which is more than Segue takes in one piece.")


class StrictJSONParser(BaseParser):
    """Refuses what two readers could understand differently, before any view sees it."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the body's value; raises 413 before reading where the length says so."""
        limit = settings.MAX_DOCUMENT_BYTES
        length = (stream.META.get("CONTENT_LENGTH") or "0") if hasattr(stream, "META") else "0"
        if length.isdigit() and int(length) > limit:
            raise TooLarge
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge
        return read_json(raw)


def read_json(raw: bytes) -> Any:
    """Return the value; no duplicate names, no NaN, no endless integers, no deep nesting."""
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except UnicodeDecodeError:
        raise ParseError(_("The request is not valid UTF-8 text.")) from None
    except RecursionError:
        raise ParseError(_("The request is nested too deeply.")) from None
    except ValueError as error:
        text = _("The request is not valid JSON: %(error)s.") % {"error": why_not_json(error)}
        raise ParseError(text) from None
    _check(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return result


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number JSON knows")


def _check(value: Any) -> None:
    stack = [(value, 0)]
    while stack:
        current, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise ParseError(_("The request is nested too deeply."))
        if isinstance(current, dict):
            stack.extend((inner, depth + 1) for inner in current.values())
            stack.extend((name, depth + 1) for name in current)
        elif isinstance(current, list):
            stack.extend((inner, depth + 1) for inner in current)
        elif isinstance(current, str):
            _check_text(current)
        elif _too_long(current):
            raise ParseError(_("A number in the request has too many digits."))


def _check_text(text: str) -> None:
    """Half a character cannot be stored or sent on; fields say more about what they do not take."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ParseError(_("A text in the request is not valid Unicode.")) from None


def _too_long(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and not -MAX_INTEGER <= value < MAX_INTEGER
