"""Puts what was found before a model: numbered, each once, and no more than it can take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runtime.knowledge.split import tokens_in


@dataclass(frozen=True, slots=True)
class Quote:
    """What a model is given of a document."""

    title: str
    text: str
    dated: str = ""  # how old it is, in words or as a date


def packed(quotes: Iterable[Quote], most_tokens: int) -> tuple[str, list[int]]:
    """The text for the model, and which of the quotes are in it, by their place: [1] is the first
    of these. Whatever says the same word for word is given once; what does not fit is left out."""
    taken: list[int] = []
    seen: set[str] = set()
    parts: list[str] = []
    left = most_tokens
    for place, quote in enumerate(quotes):
        bare = " ".join(quote.text.split())
        if bare in seen:
            continue
        dated = f" ({quote.dated})" if quote.dated else ""
        part = f"[{len(taken) + 1}] {quote.title}{dated}\n{quote.text.strip()}"
        if tokens_in(part) > left:
            continue
        seen.add(bare)
        left -= tokens_in(part)
        taken.append(place)
        parts.append(part)
    return "\n\n".join(parts), taken


def overlapping(first: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    """Whether a part of a document lies within, or mostly over, one that is there already."""
    start, end = first
    return any(min(end, e) - max(start, s) > (end - start) / 2 for s, e in others)
