"""An SQL statement with named values, as the server wants it: `:name` becomes `$1`. Pure.

Values never enter the text. What looks like a name inside of a quoted text, a quoted identifier
or a comment stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from runtime.sdk import ErrorClass, Json, NodeError

LONGEST = 50_000
_START = re.compile(r"[eE]'|'|\"|\$(?:[A-Za-z_]\w*)?\$|--|/\*|::|:([A-Za-z_]\w*)")
_ENDS = {"'": re.compile(r"'"), '"': re.compile(r'"'), "--": re.compile(r"\n")}
_ESCAPED_END = re.compile(r"(?:[^'\\]|\\.|'')*'", re.DOTALL)


def numbered(statement: str, values: Mapping[str, Json]) -> tuple[str, list[Json]]:
    """The statement with `$1`, `$2` …, and the values in that order; raises NodeError."""
    if len(statement) > LONGEST or "\0" in statement:
        raise _refused("The statement is too long, or holds characters that do not belong there.")
    parts: list[str] = []
    order: dict[str, int] = {}
    place = 0
    while (found := _START.search(statement, place)) is not None:
        parts.append(statement[place : found.start()])
        name = found[1]
        if name is None:
            place = _end(statement, found)
            parts.append(statement[found.start() : place])
            continue
        if name not in values:
            there = ", ".join(f":{known}" for known in values) or "none"
            raise _refused(
                f"The statement uses “:{name}”, and there is no value of this name.",
                f"Add it below “Values”. There are: {there}.",
            )
        parts.append(f"${order.setdefault(name, len(order) + 1)}")
        place = found.end()
    parts.append(statement[place:])
    return "".join(parts), [values[name] for name in order]


def _end(statement: str, found: re.Match[str]) -> int:
    """Where what begins here is over; the statement's end where it never is."""
    mark = found[0]
    if mark == "::":
        return found.end()
    if mark in ("e'", "E'"):
        end = _ESCAPED_END.match(statement, found.end())
        return end.end() if end else len(statement)
    if mark in _ENDS:  # a doubled quote begins the next piece at once, which comes to the same
        over = _ENDS[mark].search(statement, found.end())
        return over.end() if over else len(statement)
    place = statement.find("*/" if mark == "/*" else mark, found.end())
    return len(statement) if place < 0 else place + len("*/" if mark == "/*" else mark)


def _refused(message: str, fix: str | None = None) -> NodeError:
    return NodeError(
        message, error_class=ErrorClass.INPUT, retryable=False, fix=fix, field="statement"
    )
