"""People's own patterns and words, on RE2: whatever they write, it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import re2

from runtime.guarding.spans import Span, matches

LONGEST_PATTERN = 2_000


class BadPatternError(ValueError):
    """It is no pattern."""


def of_pattern(text: str, pattern: str, kind: str) -> Iterator[Span]:
    """Where a pattern matches; what matches nothing at all is no find. Raises BadPatternError."""
    for found in matches(_compiled(pattern), text):
        if found.end() > found.start():
            yield Span(found.start(), found.end(), kind, "pattern")


def is_pattern(pattern: str) -> bool:
    """Whether RE2 takes it."""
    try:
        _compiled(pattern)
    except BadPatternError:
        return False
    return True


def of_words(text: str, words: Sequence[str], kind: str) -> Iterator[Span]:
    """Where one of the words begins a word of the text, whatever the case of its letters."""
    asked = [word.strip() for word in words if word.strip()]
    if not asked:
        return
    for found in matches(_worded(tuple(asked)), text):
        before = text[found.start() - 1 : found.start()]
        if not before.isalnum():
            yield Span(found.start(), found.end(), kind, "words")


@lru_cache(maxsize=256)
def _worded(words: tuple[str, ...]) -> Any:
    return re2.compile("(?i)(?:" + "|".join(re2.escape(word) for word in words) + r")[\pL\pN]*")


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    try:
        return re2.compile(pattern[:LONGEST_PATTERN])
    except re2.error:
        raise BadPatternError(pattern[:60]) from None
