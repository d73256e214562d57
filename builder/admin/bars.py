"""A chart of columns, as plain numbers that a template draws: a column each span of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 900, 180, 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a column, in the units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    title: str


def stacked(
    columns: Sequence[Mapping[str, int]],
    colours: Mapping[str, str],
    title: Callable[[int, str, int], str],
) -> list[Bar]:
    """Return the columns, their parts one on the other in the order of the colours.

    The highest column is as high as the drawing. `title` says a part in words, by its column, its
    name and its size.
    """
    highest = max((sum(column.values()) for column in columns), default=0) or 1
    step = WIDTH / max(1, len(columns))
    bars = []
    for number, column in enumerate(columns):
        y = float(HEIGHT)
        for name, colour in colours.items():
            size = column.get(name, 0)
            if not size:
                continue
            height = size / highest * HEIGHT
            y -= height
            words = title(number, name, size)
            bars.append(Bar(number * step + GAP / 2, y, step - GAP, height, colour, words))
    return bars
