"""The addresses by which the outside starts flows. A route is a row, so it is never stale."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from runtime.graph.document import Document, NodeSpec
from runtime.models import Route
from runtime.registry import registry
from runtime.services.limits import stored_limits


class AddressTakenError(Exception):
    """Another flow already answers at this address."""

    def __init__(self, path: str, node: NodeSpec) -> None:
        super().__init__(f"The address /hooks/{path} already belongs to another flow.")
        self.path = path
        self.node = node


def set_routes(
    *,
    flow_id: UUID,
    flow_name: str,
    workspace_id: UUID,
    document: Document,
    snapshot_id: UUID,
    version: int | None,
    mode: str,
    live: bool,
) -> list[str]:
    """Make the flow's routes of this mode exactly those of the document; returns their paths."""
    wanted = {spec.params["path"]: spec for spec in _webhooks(document) if spec.params.get("path")}
    with transaction.atomic():
        others = Route.objects.filter(mode=mode, path__in=wanted).exclude(flow_id=flow_id)
        taken = others.first()
        if taken is not None:
            if mode == "live":
                raise AddressTakenError(taken.path, wanted[taken.path])
            # A draft never takes an address away from somebody: it has none until it is changed.
            wanted = {p: s for p, s in wanted.items() if not others.filter(path=p).exists()}
        Route.objects.filter(flow_id=flow_id, mode=mode).exclude(path__in=wanted).delete()
        for path, spec in wanted.items():
            Route.objects.update_or_create(
                mode=mode,
                path=path,
                defaults={
                    "workspace_id": workspace_id,
                    "flow_id": flow_id,
                    "flow_name": flow_name[:200],
                    "live": live,
                    "methods": " ".join(spec.params.get("methods") or ["POST"]),
                    "snapshot_id": snapshot_id,
                    "version": version,
                    "node": spec.key,
                    "settings": json.dumps(_settings(document, spec)),
                },
            )
    return list(wanted)


def _webhooks(document: Document) -> Iterable[NodeSpec]:
    types = registry()
    for spec in document.nodes:
        node_type = types.get(spec.type)
        trigger = node_type.trigger if node_type is not None else None
        if trigger is not None and trigger.kind == "webhook" and not spec.disabled:
            yield spec


def _settings(document: Document, spec: NodeSpec) -> dict[str, Any]:
    return {
        "answer": spec.params.get("answer", "at_once"),
        "max_body_kb": spec.params.get("max_body_kb", 1024),
        "max_files_mb": spec.params.get("max_files_mb", 10),
        "connection": spec.params.get("connection"),
        "networks": spec.params.get("networks") or [],
        "origins": spec.params.get("origins") or [],
        "most_per_minute": spec.params.get("most_per_minute", 0),
        "deadline_seconds": document.settings.deadline_seconds,
        "wait_limit_seconds": document.settings.wait_limit_seconds,
        "limits": stored_limits(document.settings),
    }


def drop_routes(flow_id: UUID) -> None:
    """Take all addresses of a flow away."""
    Route.objects.filter(flow_id=flow_id).delete()


def set_live_switch(flow_id: UUID, *, live: bool) -> None:
    """Open or close a flow's live addresses; a closed one says that the flow is switched off."""
    Route.objects.filter(flow_id=flow_id, mode="live").update(live=live)


def rename_flow(flow_id: UUID, name: str) -> None:
    """Keep the name that callers may be shown."""
    Route.objects.filter(flow_id=flow_id).update(flow_name=name[:200])


def routes_of(flow_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the live paths of flows."""
    found: dict[UUID, list[str]] = {}
    rows = Route.objects.filter(flow_id__in=flow_ids, mode="live").order_by("path")
    for flow_id, path in rows.values_list("flow_id", "path"):
        found.setdefault(flow_id, []).append(path)
    return found
