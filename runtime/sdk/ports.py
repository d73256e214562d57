"""Named inputs and outputs of a node."""

from __future__ import annotations

from dataclasses import dataclass

ERROR_PORT = "error"  # added to a node whose policy sends failed items on


@dataclass(frozen=True, slots=True)
class Port:
    """A named place where wires begin or end. `label` is what the screen shows."""

    name: str
    label: str = ""
