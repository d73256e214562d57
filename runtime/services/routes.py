"""The addresses by which the outside starts flows. A route is a row, so it is never stale."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from runtime.graph.addresses import shape_of
from runtime.graph.document import NodeSpec
from runtime.models import Route
from runtime.services.standing import Standing


class AddressTakenError(Exception):
    """Another flow already answers at this address."""

    def __init__(self, path: str, node: NodeSpec) -> None:
        super().__init__(f"The address /hooks/{path} already belongs to another flow.")
        self.path = path
        self.node = node


def set_routes(standing: Standing) -> list[str]:
    """Make the flow's routes of this mode exactly those of the document; returns their paths.

    Raises AddressTakenError. A draft never takes an address away from somebody: it has none until
    it is changed.
    """
    wanted = {
        shape_of(str(spec.params["path"])): spec
        for trigger, spec in standing.triggers()
        if trigger.kind == "webhook" and spec.params.get("path")
    }
    own = {"flow_id": standing.flow_id, "mode": standing.mode}
    with transaction.atomic():
        others = Route.objects.filter(mode=standing.mode, path__in=wanted).exclude(
            flow_id=standing.flow_id
        )
        taken = others.first()
        if taken is not None:
            if standing.mode == "live":
                raise AddressTakenError(*_named(taken.path, wanted))
            wanted = {p: s for p, s in wanted.items() if not others.filter(path=p).exists()}
        Route.objects.filter(**own).exclude(path__in=wanted).delete()
        for path, spec in wanted.items():
            columns = standing.columns(spec, _settings(standing, spec))
            columns["flow_id"] = standing.flow_id
            columns["methods"] = " ".join(spec.params.get("methods") or ["POST"])
            Route.objects.update_or_create(mode=standing.mode, path=path, defaults=columns)
    return [str(spec.params["path"]) for spec in wanted.values()]


def _named(shape: str, wanted: Mapping[str, NodeSpec]) -> tuple[str, NodeSpec]:
    """The address as its trigger writes it."""
    return str(wanted[shape].params["path"]), wanted[shape]


def _settings(standing: Standing, spec: NodeSpec) -> dict[str, Any]:
    return {
        "address": spec.params["path"],
        "answer": spec.params.get("answer", "at_once"),
        "max_body_kb": spec.params.get("max_body_kb", 1024),
        "max_files_mb": spec.params.get("max_files_mb", 10),
        "connection": spec.params.get("connection"),
        "networks": spec.params.get("networks") or [],
        "origins": spec.params.get("origins") or [],
        "most_per_minute": spec.params.get("most_per_minute", 0),
        "wait_limit_seconds": standing.document.settings.wait_limit_seconds,
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
    for flow_id, path, settings in rows.values_list("flow_id", "path", "settings"):
        found.setdefault(flow_id, []).append(json.loads(settings).get("address", path))
    return found
