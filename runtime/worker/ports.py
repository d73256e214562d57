"""What the engine's host brings along besides the world of nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from runtime.engine.rows import Row


class Publisher(Protocol):
    """Tells others what was committed; may lose messages."""

    def committed(self, rows: Sequence[Row], replies: Mapping[UUID, str]) -> None:
        """After a commit: its rows, and the channel on which each run's caller waits."""
        ...
