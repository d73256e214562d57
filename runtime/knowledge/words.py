"""Finding by words: the same words and the same order, whichever database looked them up."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# The usual values (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
_K1, _B = 1.2, 0.75
MOST_ASKED = 32  # words of a question that are looked for
_WORD = re.compile(r"[^\W_]+")
# Words in nearly every sentence say nothing of what it is about.
# fmt: off
_COMMON = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "do", "does", "for", "from", "had",
    "has", "have", "how", "i", "if", "in", "is", "it", "its", "me", "my", "no", "not", "of",
    "on", "or", "our", "so", "that", "the", "their", "them", "there", "these", "they", "this",
    "to", "was", "we", "were", "what", "when", "where", "which", "who", "why", "will", "with",
    "you", "your", "aber", "als", "am", "an", "auch", "auf", "aus", "bei", "bin", "bis", "da",
    "das", "dass", "dem", "den", "der", "des", "die", "doch", "du", "ein", "eine", "einem",
    "einen", "einer", "er", "es", "für", "hat", "ich", "ihr", "im", "in", "ist", "ja", "kann",
    "mein", "mich", "mit", "nach", "nicht", "noch", "nur", "oder", "sich", "sie", "sind", "so",
    "um", "und", "uns", "vom", "von", "war", "was", "wenn", "wer", "wie", "wir", "wird", "wo",
    "zu", "zum", "zur",
))
# fmt: on


def words_of(text: str) -> list[str]:
    """The words of a text, in one form."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def asked_words(question: str) -> list[str]:
    """The words that a question is about, each once; all of them where none is uncommon."""
    every = list(dict.fromkeys(words_of(question)))
    telling = [word for word in every if word not in _COMMON]
    return (telling or every)[:MOST_ASKED]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What all passages together are like: how many, how long on average, and in how many of them
    each word stands."""

    passages: int
    average: float
    having: Mapping[str, int]


def scores(asked: Sequence[str], texts: Sequence[Sequence[str]], shelf: Shelf) -> list[float]:
    """How well each text (as its words) answers to the words asked for (BM25)."""
    return [_score(asked, Counter(text), len(text), shelf) for text in texts]


def _score(asked: Sequence[str], counts: Mapping[str, int], length: int, shelf: Shelf) -> float:
    total = 0.0
    for word in asked:
        count = counts.get(word, 0)
        if not count:
            continue
        having = shelf.having.get(word, 1)
        rare = math.log(1 + (shelf.passages - having + 0.5) / (having + 0.5))
        fair = 1 - _B + _B * length / max(shelf.average, 1.0)
        total += rare * count * (_K1 + 1) / (count + _K1 * fair)
    return total
