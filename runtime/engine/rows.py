"""What the engine writes: one value per journal row. The store turns them into SQL."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(slots=True)
class StepRow:
    """The state of a step; a later row of the same place replaces an earlier one."""

    run_id: UUID
    node: str
    iteration: str
    seq: int
    status: str
    attempts: int = 0
    items_in: int = 0
    items_out: bytes = b"{}"
    item_errors: int = 0
    output: bytes | None = None
    origins: bytes | None = None
    taken: bytes | None = None
    why: str | None = None
    error: bytes | None = None
    started_at: float | None = None
    finished_at: float | None = None


@dataclass(slots=True)
class AttemptRow:
    """One try of one item (item -1: of the whole batch)."""

    run_id: UUID
    node: str
    iteration: str
    item: int
    number: int
    seq: int
    status: str
    params: bytes | None = None
    output: bytes | None = None
    error: bytes | None = None
    why: str | None = None
    usage: bytes | None = None
    started_at: float | None = None
    finished_at: float | None = None
    next_at: float | None = None


@dataclass(slots=True)
class LogRow:
    run_id: UUID
    seq: int
    node: str
    iteration: str
    item: int
    number: int
    level: str
    message: str
    data: bytes | None
    at: float


@dataclass(slots=True)
class WaitRow:
    """A parked item, or with number 0 one that may be answered before it parks.

    `status` closed: what came of the wait stands in the journal. A row written as expired comes
    back as resolved, with its `outcome`, where somebody had answered before.
    """

    id: UUID
    run_id: UUID
    node: str
    iteration: str
    item: int
    number: int
    kind: str
    status: str
    token: str | None
    due_at: float | None
    details: bytes | None
    created_at: float
    outcome: bytes | None = None


@dataclass(slots=True)
class RunRow:
    """How a run stands: `running`, parked, released, or over. Written once per change."""

    run_id: UUID
    seq: int
    status: str
    output: bytes | None = None
    response: bytes | None = None
    error: bytes | None = None
    reason: str | None = None
    partial_errors: int = 0
    finished_at: float | None = None
    wake_at: float | None = None


Row = StepRow | AttemptRow | LogRow | WaitRow | RunRow
