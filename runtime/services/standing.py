"""A flow as it stands, draft or live: what its ways in have in common when they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from runtime.graph.document import Document, NodeSpec
from runtime.registry import registry
from runtime.sdk import TriggerInfo
from runtime.services.limits import stored_limits


@dataclass(frozen=True, slots=True)
class Standing:
    """A graph that may be started from outside, in the mode *test* or *live*.

    `version` is None for a draft; `live` says whether the flow is switched on.
    """

    flow_id: UUID
    flow_name: str
    workspace_id: UUID
    document: Document
    snapshot_id: UUID
    version: int | None
    mode: str
    live: bool

    def triggers(self) -> Iterator[tuple[TriggerInfo, NodeSpec]]:
        """What starts it, but for what is switched off."""
        types = registry()
        for spec in self.document.nodes:
            node_type = types.get(spec.type)
            if node_type is not None and node_type.trigger is not None and not spec.disabled:
                yield node_type.trigger, spec

    def columns(self, spec: NodeSpec, settings: Mapping[str, Any]) -> dict[str, Any]:
        """What the row of a way in says of the flow, of its trigger and of the run's limits."""
        limits = {
            "deadline_seconds": self.document.settings.deadline_seconds,
            "limits": stored_limits(self.document.settings),
        }
        return {
            "workspace_id": self.workspace_id,
            "flow_name": self.flow_name[:200],
            "live": self.live,
            "snapshot_id": self.snapshot_id,
            "version": self.version,
            "node": spec.key,
            "settings": json.dumps({**settings, **limits}),
        }
