"""An answer cut into claims, each held against sources by its words.

A claim is supported where one sentence of a source has all of its numbers and dates, its names
stand there or beside it, most of its words do too, and neither of the two denies what the other
says. Words cannot tell who did what to whom: that is left to a model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runtime.guarding.facts import Facts, begins_with_month, facts_of
from runtime.sdk import Json
from runtime.sdk.values import as_text

MOST_CLAIMS = 100
LEAST_WORDS = 2  # a sentence with fewer of its own claims nothing
_SHARE_AROUND, _SHARE_WITHIN = 0.6, 0.3
_END = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=[\"“„(\[]?[^\W_])|\n+|(?<=[;])\s+")
_SHORT = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|no|nr|vs|etc|approx|ca|bzw|inkl|ggf|usw|tel|str|jr|sr|fig|e\.g|i\.e"
    r"|z\.\s?b|d\.\s?h|u\.\s?a|[a-zäöü])\.)$",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b\d{1,2}\.$")  # of a date, if a month follows
_MARKS = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+|\s*\[\d+(?:,\s*\d+)*\]")
_TEXTS = ("text", "content", "body", "snippet", "value")


@dataclass(frozen=True, slots=True)
class Held:
    """A claim, the number of the source that supports it (from 1), else what is missing there."""

    claim: str
    source: int | None
    missing: Sequence[str] = ()

    def plain(self) -> dict[str, Json]:
        """As it goes on with the item."""
        says = f"source {self.source}" if self.source else "nothing supports it"
        made: dict[str, Json] = {"claim": self.claim, "source": self.source, "says": says}
        return {**made, "missing": list(self.missing)} if self.missing else made


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text; short forms and numbered days end none."""
    found: list[str] = []
    carried: list[str] = []
    parts = _END.split(text)
    for part, follows in zip(parts, [*parts[1:], ""], strict=True):
        carried.append(part.strip())
        end = carried[-1][-12:]
        if _SHORT.search(end) or (_DAY.search(end) and begins_with_month(follows)):
            continue
        found.append(" ".join(carried).strip())
        carried = []
    return [one for one in [*found, " ".join(carried).strip()] if one]


def claims_of(answer: str) -> list[str]:
    """The sentences that claim something: no questions, greetings, marks of lists or notes."""
    lines = [_MARKS.sub("", line) for line in answer.splitlines()]
    bare = [sentence for line in lines for sentence in sentences(line)]
    return [one for one in bare if not one.endswith("?") and _claims(facts_of(one))]


def _claims(facts: Facts) -> bool:
    return len(facts.words) >= LEAST_WORDS or bool(facts.numbers or facts.dates)


def sources_of(value: Json) -> list[str]:
    """The texts of sources: a text, a list of texts, or of objects with a text in them."""
    given = value if isinstance(value, list) else [value]
    return [text for one in given if (text := _text_of(one).strip())]


def _text_of(one: Any) -> str:
    if isinstance(one, dict):
        return next((one[n] for n in _TEXTS if isinstance(one.get(n), str)), as_text(one))
    return as_text(one)


def by_words(claims: Sequence[str], sources: Sequence[str]) -> list[Held]:
    """Each claim held against each source."""
    read = [_passages([facts_of(one) for one in sentences(source)]) for source in sources]
    return [_held(claim, read) for claim in claims]


def missing_facts(claims: Sequence[str], sources: Sequence[str]) -> list[list[str]]:
    """For each claim its numbers and dates that occur in none of the sources."""
    known = _Known.of([facts_of(one) for source in sources for one in sentences(source)])
    return [_missing(facts_of(claim), known) for claim in claims]


@dataclass(frozen=True, slots=True)
class _Known:
    """The numbers (in each way they may be read) and dates that sentences hold."""

    numbers: frozenset[str]
    dates: frozenset[str]

    @staticmethod
    def of(passages: Sequence[Facts]) -> _Known:
        days = {day for one in passages for day in one.dates}
        numbers = {way for one in passages for number in one.numbers for way in number}
        parts = {str(int(part)) for day in days for part in day.split("-")}
        return _Known(frozenset(numbers | parts), frozenset(days | {day[:7] for day in days}))


@dataclass(frozen=True, slots=True)
class _Passage:
    """A sentence of a source, and what stands there or beside it."""

    here: Facts
    known: _Known
    words: frozenset[str]
    names: frozenset[str]


def _passages(read: Sequence[Facts]) -> list[_Passage]:
    made = []
    for place, here in enumerate(read):
        around = read[max(0, place - 1) : place + 2]
        words = frozenset().union(*(one.words for one in around))
        names = words.union(*(one.names for one in around))
        made.append(_Passage(here, _Known.of([here]), words, names))
    return made


def _held(claim: str, sources: Sequence[Sequence[_Passage]]) -> Held:
    asked = facts_of(claim)
    for number, passages in enumerate(sources, 1):
        if any(_supports(asked, passage) for passage in passages):
            return Held(claim, number)
    known = _Known.of([passage.here for passages in sources for passage in passages])
    return Held(claim, None, _missing(asked, known))


def _supports(asked: Facts, passage: _Passage) -> bool:
    count = max(1, len(asked.words))
    return (
        asked.negated == passage.here.negated
        and len(asked.words & passage.here.words) >= _SHARE_WITHIN * count
        and len(asked.words & passage.words) >= _SHARE_AROUND * count
        and asked.names <= passage.names
        and not _missing(asked, passage.known)
    )


def _missing(asked: Facts, known: _Known) -> list[str]:
    lost = sorted(day for day in asked.dates if day not in known.dates)
    return lost + [min(number) for number in asked.numbers if not number & known.numbers]
