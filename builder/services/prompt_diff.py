"""What changed between two versions of a prompt, line by line and within lines word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from builder.models import PromptVersion

Kind = Literal["same", "added", "removed"]
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 20_000  # in both together; longer ones are compared by lines alone


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, and whether both versions have it."""

    kind: Kind
    text: str


def prompt_diff(old: PromptVersion, new: PromptVersion) -> dict[str, list[Piece]]:
    """Return the pieces of both parts of a prompt, in order; put together they are both texts."""
    return {
        "system": text_diff(old.system, new.system),
        "text": text_diff(old.text, new.text),
    }


def text_diff(old: str, new: str) -> list[Piece]:
    """Return the pieces of two texts; neighbours of one kind are one piece."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return list(_joined(_pieces(before, after)))


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        if b > a:
            yield Piece("removed", "".join(before[a:b]))
        if d > c:
            yield Piece("added", "".join(after[c:d]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    last: Piece | None = None
    for piece in pieces:
        if last is not None and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
