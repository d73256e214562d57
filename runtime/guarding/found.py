"""What checks found in a text, what is to become of it, and what goes on with the item."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from runtime.guarding.spans import Span, apart, hidden, hidden_everywhere
from runtime.sdk import Json

MOST_FINDINGS = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found, and what is to become of it. `place` is False where it has none."""

    check: str
    span: Span
    then: str
    place: bool = True

    def plain(self) -> dict[str, Json]:
        """As it goes on with the item: never with the piece itself."""
        span = self.span
        made: dict[str, Json] = {"check": self.check, "kind": span.kind, "rule": span.rule}
        if self.place:
            made |= {"from": span.start, "to": span.end}
        return {**made, "then": self.then}


def of_check(check: str, then: str, *spans: Iterable[Span]) -> Iterator[Found]:
    """The finds of one check, in order and without those that lie in another."""
    ordered = apart(span for group in spans for span in group)
    yield from (Found(check, span, then) for span in ordered)


def of_whole(check: str, kind: str, rule: str, then: str) -> Found:
    """A find about all of the text."""
    return Found(check, Span(0, 0, kind, rule), then, place=False)


def off_topic(
    never: Collection[str], only: Collection[str], spoken_of: Collection[str], then: str
) -> Iterator[Found]:
    """The topics that may not be there, and that none of the allowed ones is."""
    yield from (
        of_whole("topics", name, "not allowed", then) for name in never if name in spoken_of
    )
    if only and not set(only) & set(spoken_of):
        yield of_whole("topics", "off topic", "none of the allowed ones", then)


def cleared(text: str, before: Json, found: Sequence[Found]) -> dict[str, Json]:
    """The fields that go on: what is to be hidden, or stops the text, is in none of them."""
    covered = [one.span for one in found if one.place and one.then != "say"]
    shown, names = hidden(text, covered)
    kept = hidden_everywhere(before, names)
    findings: list[Json] = [one.plain() for one in found[:MOST_FINDINGS]]
    return {**(kept if isinstance(kept, dict) else {}), "text": shown, "findings": findings}
