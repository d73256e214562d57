"""Addresses of calls with changing parts, such as `orders/{id}`. Pure."""

from __future__ import annotations

import re
from itertools import combinations

ANYTHING = "{}"  # stands for a changing part
MOST_CHANGING = 5  # parts of a longer address are all taken as written
_NAMED = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]{0,39})\}")


def shape_of(address: str) -> str:
    """What an address is found by: `orders/{id}` and `orders/{number}` are the same one."""
    return "/".join(ANYTHING if _NAMED.fullmatch(part) else part for part in address.split("/"))


def names_in(address: str) -> list[str]:
    """The names of its changing parts, in order."""
    return [found[1] for part in address.split("/") if (found := _NAMED.fullmatch(part))]


def shapes_for(path: str) -> list[str]:
    """The shapes under which a called path may be known, the most exact first.

    The first part is always taken as written, so that no address takes every call.
    """
    parts = path.split("/")
    places = range(1, len(parts)) if len(parts) <= MOST_CHANGING + 1 else ()
    return [
        "/".join(ANYTHING if n in changing else part for n, part in enumerate(parts))
        for count in range(len(places) + 1)
        for changing in combinations(reversed(places), count)
    ]


def values_in(address: str, path: str) -> dict[str, str]:
    """What stands in the changing parts of a called path."""
    pairs = zip(address.split("/"), path.split("/"), strict=False)
    return {found[1]: value for part, value in pairs if (found := _NAMED.fullmatch(part))}
