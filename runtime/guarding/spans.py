"""Where something was found in a text, and the text with found pieces hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from runtime.sdk import Json

_AT_ONCE = 200  # pieces that are looked for in one go


@dataclass(frozen=True, slots=True)
class Span:
    """From character `start` up to, without, `end`: what `kind` of thing, found by which `rule`.

    It never holds the piece itself: findings are kept and shown where the piece must not be.
    """

    start: int
    end: int
    kind: str
    rule: str


def matches(pattern: Any, text: str) -> Iterator[Any]:
    """Every match of a compiled RE2 pattern; its `start` and `end` count characters."""
    return iter(pattern.finditer(text))


def compiled(pattern: str) -> Any:
    """A pattern of our own, whatever the case of its letters."""
    return re2.compile(f"(?i){pattern}")


def apart(spans: Iterable[Span]) -> list[Span]:
    """In order, without those that lie in another: the one that begins first, then the longest."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def hidden(text: str, spans: Iterable[Span]) -> tuple[str, dict[str, str]]:
    """The text with each piece replaced by `[kind number]`, and what stands for which piece.

    The same piece has the same number everywhere, so that a reader can still tell two apart.
    Pieces that overlap are hidden as one: nothing of the second may stay.
    """
    names: dict[str, str] = {}
    counts: defaultdict[str, int] = defaultdict(int)
    parts: list[str] = []
    done = 0
    for span in _joined(spans):
        piece = text[span.start : span.end]
        if piece not in names:
            counts[span.kind] += 1
            names[piece] = f"[{span.kind} {counts[span.kind]}]"
        parts += [text[done : span.start], names[piece]]
        done = span.end
    return "".join([*parts, text[done:]]), names


def hidden_everywhere(value: Json, names: Mapping[str, str]) -> Json:
    """Data with the same pieces hidden in all of its texts, and in the names of its fields."""
    if not names:
        return value
    pieces = sorted(names, key=len, reverse=True)  # a piece may lie in a longer one
    groups = [pieces[at : at + _AT_ONCE] for at in range(0, len(pieces), _AT_ONCE)]
    patterns = [re2.compile("|".join(map(re2.escape, group))) for group in groups]
    return _replaced(value, names, patterns)


def _replaced(value: Json, names: Mapping[str, str], patterns: Sequence[Any]) -> Json:
    if isinstance(value, str):
        return _without(value, names, patterns)
    if isinstance(value, list):
        return [_replaced(inner, names, patterns) for inner in value]
    if isinstance(value, dict):
        return {
            _without(name, names, patterns): _replaced(inner, names, patterns)
            for name, inner in value.items()
        }
    if isinstance(value, int | float) and not isinstance(value, bool):
        return names.get(str(value), value)
    return value


def _without(text: str, names: Mapping[str, str], patterns: Sequence[Any]) -> str:
    for pattern in patterns:
        parts: list[str] = []
        done = 0
        for found in matches(pattern, text):
            parts += [text[done : found.start()], names[found.group()]]
            done = found.end()
        text = "".join([*parts, text[done:]])
    return text


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if joined and span.start < joined[-1].end:
            first = joined[-1]
            joined[-1] = Span(first.start, max(first.end, span.end), first.kind, first.rule)
        elif span.end > span.start:
            joined.append(span)
    return joined
