"""Cuts a text into passages that can be found and read by themselves.

The cutting itself is semantic-text-splitter's: as few cuts as possible, at the largest joints that
fit (headings, paragraphs, sentences, words), and tables of Markdown whole where they can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Unit = Literal["characters", "tokens"]
CHARACTERS_A_TOKEN = 4  # about, in English; other languages take more tokens
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Splitting:
    """How large passages are, in `unit`s, and how much of one stands in the next again.

    `wide` is the size of the part around each passage that can be read in its stead: small passages
    are found best, larger ones read best. 0: none.
    """

    size: int = 1_000
    overlap: int = 100
    unit: Unit = "characters"
    headings: bool = True  # the text is Markdown, or at least has headings of that kind
    wide: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage: its text is `whole[start:end]`, and the part around it lies from wide to wide."""

    text: str
    start: int
    end: int
    heading: str  # those above it, from the largest: "Returns › Within 30 days"
    wide_start: int
    wide_end: int


def split(whole: str, how: Splitting) -> list[Piece]:
    """All passages in order. Every word of the text is in one of them."""
    parts = list(_cut(whole, how.size, how.overlap, how))
    around = list(_cut(whole, how.wide, 0, how)) if how.wide > how.size else []
    heads = _headings(whole) if how.headings else []
    return [
        Piece(whole[start:end], start, end, _above(heads, start), *_around(around, start, end))
        for start, end in parts
    ]


def tokens_in(text: str) -> int:
    """About how many tokens a text has."""
    return -(-len(text) // CHARACTERS_A_TOKEN)


def _cut(whole: str, size: int, overlap: int, how: Splitting) -> Iterator[tuple[int, int]]:
    from semantic_text_splitter import MarkdownSplitter, TextSplitter

    kind = MarkdownSplitter if how.headings else TextSplitter
    overlap = min(overlap, size - 1)
    if how.unit == "tokens":
        count: Callable[[str], int] = tokens_in
        cutter = kind.from_callback(count, size, overlap=overlap)
    else:
        cutter = kind(size, overlap=overlap)
    for start, text in cutter.chunk_indices(whole):
        yield start, start + len(text)


def _headings(whole: str) -> list[tuple[int, int, str]]:
    """Where each heading stands, how high it is, and its words."""
    return [(m.start(), len(m[1]), m[2]) for m in _HEADING.finditer(whole)]


def _above(heads: Sequence[tuple[int, int, str]], place: int) -> str:
    """The headings that a place lies under."""
    path: list[tuple[int, str]] = []
    for start, level, words in heads:
        if start > place:
            break
        path = [*((n, w) for n, w in path if n < level), (level, words)]
    return " › ".join(words for _, words in path)


def _around(parts: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The wider part in which most of a passage lies; itself where there is none."""
    best = max(parts, key=lambda part: min(part[1], end) - max(part[0], start), default=None)
    return (start, end) if best is None else (min(best[0], start), max(best[1], end))
