"""What the scores of judges come to: places, ties, and who was shown where."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from runtime.sdk import Json

HIGHEST = 10.0
_EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate (by its number in the list), with its score from 0 to 10 and its place from 1.

    Equal scores share a place; the next place is left out, as in sports.
    """

    number: int
    score: float
    place: int


def weighted(scores: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The mean of the scores by weight."""
    total = sum(weights.values())
    return sum(scores[name] * weight for name, weight in weights.items()) / total


def ranked(scores: Sequence[float]) -> list[Placed]:
    """The best first; of equal ones the one that came first."""
    order = sorted(range(len(scores)), key=lambda number: (-scores[number], number))
    placed: list[Placed] = []
    for position, number in enumerate(order):
        score = scores[number]
        same = placed and abs(placed[-1].score - score) < _EQUAL
        place = placed[-1].place if same else position + 1
        placed.append(Placed(number, score, place))
    return placed


def shuffled(count: int, seed: str) -> list[int]:
    """The order in which candidates are shown; the same for the same seed."""
    order = list(range(count))
    random.Random(seed).shuffle(order)  # noqa: S311  # against habits, not against attackers
    return order


def pairs(count: int, seed: str) -> list[tuple[int, int]]:
    """Every pair once; which of the two is shown first is drawn, and so is their order."""
    dice = random.Random(seed)  # noqa: S311
    drawn = [pair if dice.random() < 0.5 else pair[::-1] for pair in combinations(range(count), 2)]
    dice.shuffle(drawn)
    return drawn


def of_pairs(
    count: int,
    duels: Sequence[tuple[tuple[int, int], Mapping[str, str]]],
    names: Sequence[str],
) -> list[dict[str, float]]:
    """For each candidate its score by criterion: the share of its duels won, from 0 to 10.

    A duel is a pair and, for each criterion, *first*, *second* or *equal* (half a win for each).
    """
    won = [dict.fromkeys(names, 0.0) for _ in range(count)]
    for (first, second), verdicts in duels:
        for name in names:
            for_first = {"first": 1.0, "equal": 0.5}.get(verdicts[name], 0.0)
            won[first][name] += for_first
            won[second][name] += 1 - for_first
    most = max(1, count - 1)
    return [{name: wins / most * HIGHEST for name, wins in each.items()} for each in won]


def letters(count: int) -> list[str]:
    """Names under which candidates are shown: A, B, … Z, AA, AB, …"""
    found = []
    for number in range(count):
        name, rest = "", number + 1
        while rest:
            rest, digit = divmod(rest - 1, 26)
            name = chr(65 + digit) + name
        found.append(name)
    return found


def rounded(scores: Mapping[str, float]) -> dict[str, Json]:
    """As they are shown."""
    return {name: round(score, 2) for name, score in scores.items()}
