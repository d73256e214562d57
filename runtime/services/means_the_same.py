"""Whether two texts mean the same, by the built-in model; outside of any run."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

import structlog

from runtime.network.client import GuardedClient
from runtime.providers.gateway import ModelGateway
from runtime.providers.likeness import likeness
from runtime.sdk import Context, NodeError

# As the LLM step's “also for questions that mean the same”: other words, the same said.
LEAST = 0.9


@dataclass(frozen=True, slots=True)
class _Outside:
    """As much of a step's surroundings as measuring needs."""

    idempotency_key: str = field(default_factory=lambda: f"compare/{uuid4()}")
    now: float = field(default_factory=time.time)
    log: Any = field(default_factory=lambda: structlog.get_logger(__name__))
    shown: None = None


def means_the_same(workspace_id: str, one: str, other: str) -> bool:
    """Compare two texts; where the model cannot be had, only equal ones are the same."""
    try:
        return asyncio.run(_alike(workspace_id, one, other)) >= LEAST
    except NodeError:
        return one == other


async def _alike(workspace_id: str, one: str, other: str) -> float:
    http = GuardedClient(workspace_id)
    try:
        models = ModelGateway(workspace_id, http)
        measured = await models.embed([one, other], cast(Context, _Outside()), kind="query")
        return float(likeness(measured.vectors[0], measured.vectors[1:], measured.model)[0])
    finally:
        await http.close()
