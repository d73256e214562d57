"""Iterations: where in which rounds a step runs. "" at the top, "repeat:3/inner:0" inside.

A step that takes steps inside of itself goes on with the item and their number: "agent.0:3".
"""

from __future__ import annotations


def round_address(iteration: str, loop_key: str, number: int) -> str:
    """The address of one round of a loop that itself runs at `iteration`."""
    own = f"{loop_key}:{number}"
    return f"{iteration}/{own}" if iteration else own


def inner_address(iteration: str, key: str, item: int, number: int) -> str:
    """The address of a step inside of an item's work on a step: "agent.0:3", the third."""
    return round_address(iteration, f"{key}.{max(item, 0)}", number)


def prefix(iteration: str, depth: int) -> str:
    """The outer `depth` levels of an address."""
    if depth == 0:
        return ""
    parts = iteration.split("/")
    return iteration if len(parts) <= depth else "/".join(parts[:depth])


def depth_of(iteration: str) -> int:
    """How many rounds deep an address lies."""
    return iteration.count("/") + 1 if iteration else 0


def number_of(iteration: str) -> int:
    """The number of the innermost round."""
    return int(iteration.rpartition(":")[2])


def order_of(iteration: str) -> tuple[int, ...]:
    """Sorts addresses of the same loops by their rounds."""
    return tuple(int(part.rpartition(":")[2]) for part in iteration.split("/") if part)
