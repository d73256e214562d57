"""Sentences that give orders to a model, in texts that should only be read.

Rules cannot know all of them. They make the usual ones cost something; what a model may do at all
is decided by the tools it has, never by this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runtime.guarding.injection_rules import PATTERNS
from runtime.guarding.plain import (
    Reading,
    as_read,
    decoded,
    spaced_out,
    tag_letters,
    without_digits,
)
from runtime.guarding.spans import Span, compiled, matches

INJECTION = "injection"

_COMPILED = {rule: compiled(pattern) for rule, pattern in PATTERNS.items()}
_SQUEEZED = compiled(
    r"(?:ignore|disregard|forget|bypass|override)(?:all|any|the|your|previous|prior|above|my|these){1,4}"
    r"(?:instruction|rule|prompt|guideline|command)|systemprompt|ignoriere(?:alle|deine|die)"
)
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "‘": "’", "'": "'", "`": "`"}
_TALK = re.compile(
    r"\b(?:attack\w*|inject\w*|example\w*|e\.g\.|phrase\w*|such as|called|known as|jailbreak\w*"
    r"|detect\w*|wrote|writes|written|says?|saying|like|means?|titled?|article|lecture|talk"
    r"|beispiel\w*|angriff\w*|etwa|heißt|schreib\w*|satz|sätze)\b",
    re.IGNORECASE,
)


def injections(text: str) -> Iterator[Span]:
    """Orders to a model: in the text as it is read, and in pieces of it that are encoded."""
    for start, end in tag_letters(text):
        yield Span(start, end, INJECTION, "letters nobody sees")
    reading = as_read(text)
    for rule, start, end in orders(reading):
        first, last = reading.span(start, end)
        if not _is_talked_of(text, first, last):
            yield Span(first, last, INJECTION, rule)
    for piece in decoded(text):
        for rule, _, _ in orders(as_read(piece.says)):
            yield Span(piece.start, piece.end, INJECTION, f"in {piece.how}: {rule}")
            break


def orders(reading: Reading) -> Iterator[tuple[str, int, int]]:
    """The rules that hold in a reading, and where: as it is, with digits as letters, spaced out."""
    spelt = without_digits(reading)
    for text in dict.fromkeys((reading.text, spelt.text)):
        for rule, pattern in _COMPILED.items():
            for found in matches(pattern, text):
                yield rule, found.start(), found.end()
    for start, end, letters in spaced_out(reading):
        if _SQUEEZED.search(letters):
            yield "sets rules aside", start, end


def _is_talked_of(text: str, start: int, end: int) -> bool:
    """Whether the whole of it is quoted by somebody who speaks about such sentences.

    Only short quotes count: a letter in quotation marks is still a letter.
    """
    opening = next((p for p in range(start, max(-1, start - 30), -1) if text[p] in _QUOTES), None)
    if opening is None:
        return False
    closing = text.find(_QUOTES[text[opening]], max(end - 1, opening + 1), end + 60)
    around = text[max(0, opening - 90) : opening]
    return closing >= 0 and bool(_TALK.search(around))
