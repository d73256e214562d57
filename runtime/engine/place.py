"""Where a task is at work, so that whatever it calls can say so in a log line."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from runtime.engine.decisions import Ready
from runtime.engine.history import ClaimedRun


@dataclass(frozen=True, slots=True)
class Place:
    """One try of one item (-1: the whole list) of a step. Names and numbers, no data."""

    run: UUID
    flow: UUID | None
    workspace: UUID
    step: str
    iteration: str
    item: int
    attempt: int


PLACE: ContextVar[Place | None] = ContextVar("segue_place", default=None)


def at_work(claim: ClaimedRun, ready: Ready, item: int, attempt: int) -> None:
    """From here on the current task works on this try."""
    PLACE.set(
        Place(
            claim.id,
            claim.flow_id,
            claim.workspace_id,
            ready.node.key,
            ready.iteration,
            item,
            attempt,
        )
    )
