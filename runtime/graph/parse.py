"""Bytes or plain JSON → Document. Refuses what two readers could understand differently."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

from pydantic import ValidationError

from runtime.graph.document import Document
from runtime.graph.issue import DocumentError, Issue
from runtime.graph.upgrade import upgrade

MAX_BYTES = 5_000_000
MAX_DEPTH = 100
MAX_INTEGER = 2**63


def parse_document(raw: bytes | str | dict[str, Any]) -> Document:
    """Read a document; raises DocumentError with issues that name the place."""
    value = _read(raw) if isinstance(raw, (bytes, str)) else raw
    _check_values(value)
    if not isinstance(value, dict):
        raise _refuse("not_a_flow", "A flow document is a JSON object with nodes and edges.")
    try:
        return Document.model_validate(upgrade(value))
    except ValidationError as error:
        raise DocumentError([_as_issue(e, value) for e in error.errors()[:50]]) from None


def parse_stored(document: str) -> Document:
    """Read back what `canonical` wrote.

    With its line breaks and defaults that may be longer than anything that may come in: what was
    taken once must stay readable.
    """
    return parse_document(json.loads(document))


def _read(raw: bytes | str) -> Any:
    if len(raw) > MAX_BYTES:
        raise _refuse("too_large", f"The flow is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        return json.loads(text, object_pairs_hook=_unique_names, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise _refuse("not_utf8", "The flow is not valid UTF-8 text.") from None
    except RecursionError:
        raise _refuse("too_deep", "The flow is nested too deeply.") from None
    except ValueError as error:
        raise _refuse("not_json", f"The flow is not valid JSON: {why_not_json(error)}.") from None


def why_not_json(error: ValueError) -> str:
    """The reason as a person would say it; Python's own speaks of Python's settings."""
    return (
        "a whole number has too many digits" if "int_max_str_digits" in str(error) else str(error)
    )


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the name “{twice[:60]}” occurs twice in one object")
    return result


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number JSON knows")


def _check_values(value: Any) -> None:
    """Walk without recursion: depth, numbers and text that not every reader could take."""
    stack: list[tuple[Any, int]] = [(value, 0)]
    while stack:
        current, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise _refuse("too_deep", f"The flow is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(current, dict):
            for name, inner in current.items():
                if not isinstance(name, str):
                    raise _refuse("not_json", "Names in the flow must be text.")
                _check_text(name)
                stack.append((inner, depth + 1))
        elif isinstance(current, list):
            stack.extend((inner, depth + 1) for inner in current)
        elif isinstance(current, str):
            _check_text(current)
        else:
            _check_number(current)


def _check_number(value: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise _refuse("not_json", "A number in the flow is too large or not a number.")
    if isinstance(value, int) and not -MAX_INTEGER <= value < MAX_INTEGER:
        raise _refuse("number_too_large", "A whole number in the flow has too many digits.")


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise _refuse("bad_text", "A text in the flow holds a null character.")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise _refuse("bad_text", "A text in the flow is not valid Unicode.") from None


def _refuse(code: str, message: str) -> DocumentError:
    return DocumentError([Issue(code, message)])


def _as_issue(error: Any, value: dict[str, Any]) -> Issue:
    path = [str(part) for part in error["loc"]]
    node = key = None
    if len(path) > 1 and path[0] == "nodes" and path[1].isdigit():
        entry = value["nodes"][int(path[1])]
        if isinstance(entry, dict):
            node, key = _text_or_none(entry.get("id")), _text_or_none(entry.get("key"))
    where = ".".join(path)
    return Issue(
        "malformed",
        f"{where}: {error['msg']}.",
        "Correct this place in the document.",
        node=node,
        key=key,
        field=where,
    )


def _text_or_none(value: Any) -> str | None:
    return value[:120] if isinstance(value, str) else None
