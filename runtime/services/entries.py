"""Keeps how other flows start a flow in step with its draft and its live version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from runtime.graph.document import Document, NodeSpec
from runtime.models import Entry
from runtime.registry import registry
from runtime.services.limits import stored_limits


def set_entries(
    *,
    flow_id: UUID,
    flow_name: str,
    workspace_id: UUID,
    document: Document,
    snapshot_id: UUID,
    version: int | None,
    mode: str,
    live: bool,
) -> None:
    """Make the flow's entries of this mode those of the document; of each kind the first counts."""
    wanted: dict[str, NodeSpec] = {}
    for kind, spec in started_by_flows(document):
        wanted.setdefault(kind, spec)
    with transaction.atomic():
        Entry.objects.filter(flow_id=flow_id, mode=mode).exclude(kind__in=wanted).delete()
        for kind, spec in wanted.items():
            settings = {
                **spec.params,
                "deadline_seconds": document.settings.deadline_seconds,
                "limits": stored_limits(document.settings),
            }
            Entry.objects.update_or_create(
                flow_id=flow_id,
                kind=kind,
                mode=mode,
                defaults={
                    "workspace_id": workspace_id,
                    "flow_name": flow_name[:200],
                    "live": live,
                    "snapshot_id": snapshot_id,
                    "version": version,
                    "node": spec.key,
                    "settings": json.dumps(settings),
                },
            )


def started_by_flows(document: Document) -> Iterable[tuple[str, NodeSpec]]:
    """The triggers of a document that other flows set off, by their kind."""
    types = registry()
    for spec in document.nodes:
        node_type = types.get(spec.type)
        trigger = node_type.trigger if node_type is not None else None
        if trigger is not None and trigger.by_flows and not spec.disabled:
            yield trigger.kind, spec


def drop_entries(flow_id: UUID) -> None:
    """Take all entries of a flow away."""
    Entry.objects.filter(flow_id=flow_id).delete()


def switch_entries(flow_id: UUID, *, live: bool) -> None:
    """Open or close a flow's live entries."""
    Entry.objects.filter(flow_id=flow_id, mode="live").update(live=live)


def rename_entries(flow_id: UUID, name: str) -> None:
    """Keep the name that people may be shown."""
    Entry.objects.filter(flow_id=flow_id).update(flow_name=name[:200])


def callable_among(flow_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these flows that have a step by which others may call them."""
    rows = Entry.objects.filter(flow_id__in=flow_ids, kind="called")
    return set(rows.values_list("flow_id", flat=True))
