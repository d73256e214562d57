"""Keeps how other flows start a flow in step with its draft and its live version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from runtime.graph.document import NodeSpec
from runtime.models import Entry
from runtime.services.standing import Standing


def set_entries(standing: Standing) -> None:
    """Make the flow's entries of this mode those of the document; of each kind the first counts."""
    wanted: dict[str, NodeSpec] = {}
    for trigger, spec in standing.triggers():
        if trigger.by_flows:
            wanted.setdefault(trigger.kind, spec)
    own: dict[str, Any] = {"flow_id": standing.flow_id, "mode": standing.mode}
    with transaction.atomic():
        Entry.objects.filter(**own).exclude(kind__in=wanted).delete()
        for kind, spec in wanted.items():
            columns = standing.columns(spec, spec.params)
            Entry.objects.update_or_create(kind=kind, **own, defaults=columns)


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
