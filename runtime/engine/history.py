"""What the journal knows of a run when an owner takes it over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from runtime.engine.lineage import Origins
from runtime.sdk.items import Item, Json

# In what a step is recorded to have taken: a person laid its result down, nothing made it.
PINNED = "pinned"


@dataclass(slots=True)
class StoredStep:
    node: str
    iteration: str
    seq: int
    status: str
    output: dict[str, list[Item]] | None
    origins: dict[str, Origins] | None
    taken: dict[str, Any] | None
    started_at: float | None
    item_errors: int = 0


@dataclass(slots=True)
class StoredAttempt:
    item: int
    number: int
    status: str
    params: dict[str, Json] | None
    output: dict[str, list[Item]] | None
    error: dict[str, Json] | None
    started_at: float | None
    next_at: float | None


@dataclass(slots=True)
class StoredWait:
    id: UUID
    node: str
    iteration: str
    item: int
    number: int
    kind: str
    status: str
    token: str | None
    due_at: float | None
    details: Json
    outcome: Json


@dataclass(slots=True)
class History:
    """Everything an earlier owner left. Empty for a run that was never claimed before."""

    steps: list[StoredStep] = field(default_factory=list)  # by seq
    attempts: dict[tuple[str, str], list[StoredAttempt]] = field(default_factory=dict)
    waits: dict[tuple[str, str, int], StoredWait] = field(default_factory=dict)
    # Waits that may be answered already, of items that have not parked yet.
    addresses: dict[tuple[str, str, int], StoredWait] = field(default_factory=dict)
    seq: int = 0
    stored: int = 0  # bytes of results and log lines


@dataclass(slots=True)
class ClaimedRun:
    """A run this worker owns from now on."""

    id: UUID
    workspace_id: UUID
    flow_id: UUID | None
    version: int | None
    snapshot_id: UUID
    mode: str
    trigger_key: str
    trigger_kind: str
    items: list[Item]
    epoch: int
    crashes: int
    isolated: bool
    created_at: float
    started_at: float
    deadline_at: float | None
    reply_to: str | None
    response: dict[str, Any] | None
    first_claim: bool  # nothing is recorded yet
    slotted: bool
    history: History = field(default_factory=History)
    replays: UUID | None = None  # the run whose recorded answers stand in for the world
    parent_run_id: UUID | None = None
