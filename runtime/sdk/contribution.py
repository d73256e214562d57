"""Which parts of a whole brought about a change between two times. Pure and exact.

Sums are worked out in decimals, as people write numbers, so that the parts of every level add up to
what stands above them to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal

from runtime.sdk.items import Json

_EXACT = Context(prec=60)
ZERO = Decimal(0)
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Fact:
    """An amount of one of the two times, and the segments it belongs to, the widest first."""

    path: tuple[str, ...]
    later: bool
    amount: Decimal


@dataclass(slots=True)
class Part:
    """What a segment had before and after; `parts` are the segments within it.

    `rest` counts the segments that one part stands for, where the small ones are put together.
    """

    name: str
    before: Decimal = ZERO
    after: Decimal = ZERO
    parts: list[Part] = field(default_factory=list)
    rest: int = 0

    @property
    def change(self) -> Decimal:
        """How much more it is after than before."""
        return _EXACT.subtract(self.after, self.before)


def contributions(facts: Sequence[Fact], most: int) -> Part:
    """The whole with its parts, those that moved most first, at most so many on each level.

    The others come last, as one part, so that nothing is missing from the sum.
    """
    return _part("", facts, 0, most)


def _part(name: str, facts: Sequence[Fact], depth: int, most: int) -> Part:
    made = _summed(name, facts)
    inside: dict[str, list[Fact]] = {}
    for fact in facts:
        if depth < len(fact.path):
            inside.setdefault(fact.path[depth], []).append(fact)
    found = [_part(one, within, depth + 1, most) for one, within in inside.items()]
    found.sort(key=lambda part: (-abs(part.change), -abs(part.after), part.name))
    made.parts, small = found[:most], found[most:]
    if small:
        made.parts.append(_together(small))
    return made


def _summed(name: str, facts: Sequence[Fact]) -> Part:
    made = Part(name)
    for fact in facts:
        if fact.later:
            made.after = _EXACT.add(made.after, fact.amount)
        else:
            made.before = _EXACT.add(made.before, fact.amount)
    return made


def _together(parts: Sequence[Part]) -> Part:
    made = Part("", rest=len(parts))
    for part in parts:
        made.before = _EXACT.add(made.before, part.before)
        made.after = _EXACT.add(made.after, part.after)
    return made


def shares(whole: Decimal, parts: Sequence[Decimal]) -> list[Decimal | None]:
    """Each part in percent of the whole, with one digit; None where the whole did not change.

    Where the parts are all of the whole, they are 100.0 together: rounding is settled by the
    largest remainder.
    """
    if whole == 0:
        return [None] * len(parts)
    exact = [_EXACT.divide(_EXACT.multiply(part, Decimal(1000)), whole) for part in parts]
    if sum(parts, ZERO) != whole:
        return [one.to_integral_value() * _TENTH for one in exact]
    low = [one.to_integral_value(rounding="ROUND_FLOOR") for one in exact]
    left = int(Decimal(1000) - sum(low, ZERO))
    order = sorted(range(len(parts)), key=lambda n: (low[n] - exact[n], n))
    for n in order[:left]:
        low[n] += 1
    return [one * _TENTH for one in low]


def rows(whole: Part, others: str) -> Iterator[dict[str, Json]]:
    """The parts of all levels as a table, each under the one it belongs to.

    `share` is of the whole change; `percent` is how much the segment itself grew.
    """
    yield from _rows(whole, whole.change, (), others)


def _rows(
    part: Part, total: Decimal, above: tuple[str, ...], others: str
) -> Iterator[dict[str, Json]]:
    given = shares(part.change, [one.change for one in part.parts]) if not above else None
    for n, one in enumerate(part.parts):
        path = (*above, one.name if not one.rest else others)
        share = given[n] if given else shares(total, [one.change])[0]
        yield {
            "level": len(path),
            "segment": " › ".join(path),
            "before": plain(one.before),
            "after": plain(one.after),
            "change": plain(one.change),
            "share": plain(share),
            "percent": grown(one),
        }
        yield from _rows(one, total, path, others)


def grown(part: Part) -> Json:
    """By how many percent it grew; None where there was nothing before."""
    if part.before == 0:
        return None
    by = _EXACT.divide(_EXACT.multiply(part.change, Decimal(100)), abs(part.before))
    return plain(by.quantize(_TENTH, context=_EXACT))


def plain(number: Decimal | None) -> Json:
    """As an item has it."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
