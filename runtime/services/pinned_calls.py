"""Which versions of other flows a version calls: those that were live when it was published."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from runtime.graph.document import Document
from runtime.graph.plan import migrated_params
from runtime.models import Entry, PinnedCall
from runtime.registry import registry
from runtime.sdk import Kind
from runtime.sdk.params import field_kind
from runtime.services.call_flow import KIND


def pin_calls(flow_id: UUID, version: int, document: Document) -> None:
    """Note the live versions of the flows that this version's steps name."""
    called = set(_named(document))
    for entry in Entry.objects.filter(flow_id__in=called, kind=KIND, mode="live"):
        PinnedCall.objects.update_or_create(
            caller_id=flow_id,
            caller_version=version,
            flow_id=entry.flow_id,
            defaults={
                "snapshot_id": entry.snapshot_id,
                "version": entry.version,
                "node": entry.node,
            },
        )


def drop_pins(flow_id: UUID) -> None:
    """The caller is gone."""
    PinnedCall.objects.filter(caller_id=flow_id).delete()


def _named(document: Document) -> Iterator[UUID]:
    types = registry()
    for spec in document.nodes:
        node_type = types.get(spec.type)
        if node_type is None:
            continue
        params = migrated_params(spec, node_type)
        for name, value in params.items():
            if field_kind(node_type.Params, name) is Kind.FLOW and isinstance(value, str):
                try:
                    yield UUID(value)
                except ValueError:
                    continue  # the validator says so
