"""Harmful content, told by words: how sure it is for each category, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.guarding.harm_rules import RULES
from runtime.guarding.plain import as_read, without_digits
from runtime.guarding.spans import Span, compiled, matches

CATEGORIES = tuple(RULES)
_COMPILED = {
    category: tuple((weight, compiled(pattern)) for weight, pattern in rules)
    for category, rules in RULES.items()
}


def harms(text: str) -> Iterator[tuple[float, Span]]:
    """Each place that tells of harm, with the weight of its rule."""
    reading = as_read(text)
    for shown in dict.fromkeys((reading.text, without_digits(reading).text)):
        for category, rules in _COMPILED.items():
            for weight, pattern in rules:
                for found in matches(pattern, shown):
                    yield weight, Span(*reading.span(found.start(), found.end()), category, "words")


def scores(text: str) -> dict[str, float]:
    """For each category how sure its surest rule is, from 0 to 1."""
    sure = dict.fromkeys(CATEGORIES, 0.0)
    for weight, span in harms(text):
        sure[span.kind] = max(sure[span.kind], weight)
    return sure
