"""The public pages on which people start flows; kept in step with drafts and live versions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from runtime.graph.document import Document, NodeSpec
from runtime.models import Page
from runtime.registry import registry
from runtime.services.limits import stored_limits


class PageTakenError(Exception):
    """Another flow already has a page at this address."""

    def __init__(self, path: str, node: NodeSpec) -> None:
        super().__init__(f"The address “{path}” already belongs to a page of another flow.")
        self.node = node


def set_pages(
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
    """Make the flow's pages of this mode exactly those of the document; raises PageTakenError.

    A draft never takes an address away from somebody: it has none until it is changed.
    """
    wanted = {(kind, str(spec.params.get("path"))): spec for kind, spec in with_page(document)}
    with transaction.atomic():
        own = Page.objects.filter(flow_id=flow_id, mode=mode)
        for page in own:
            if (page.kind, page.path) not in wanted:
                page.delete()
        for (kind, path), spec in wanted.items():
            others = Page.objects.filter(kind=kind, mode=mode, path=path).exclude(flow_id=flow_id)
            if others.exists():
                if mode == "live":
                    raise PageTakenError(path, spec)
                continue
            settings = {
                **spec.params,
                "deadline_seconds": document.settings.deadline_seconds,
                "limits": stored_limits(document.settings),
            }
            Page.objects.update_or_create(
                kind=kind,
                mode=mode,
                path=path,
                defaults={
                    "workspace_id": workspace_id,
                    "flow_id": flow_id,
                    "flow_name": flow_name[:200],
                    "live": live,
                    "snapshot_id": snapshot_id,
                    "version": version,
                    "node": spec.key,
                    "settings": json.dumps(settings),
                },
            )


def with_page(document: Document) -> Iterable[tuple[str, NodeSpec]]:
    """The triggers of a document that have a public page, by their kind."""
    types = registry()
    for spec in document.nodes:
        node_type = types.get(spec.type)
        trigger = node_type.trigger if node_type is not None else None
        if trigger is not None and trigger.page and not spec.disabled and spec.params.get("path"):
            yield trigger.kind, spec


def find_page(kind: str, mode: str, path: str) -> Page | None:
    """Return the page at an address."""
    return Page.objects.filter(kind=kind, mode=mode, path=path).first()


def drop_pages(flow_id: UUID) -> None:
    """Take all pages of a flow away."""
    Page.objects.filter(flow_id=flow_id).delete()


def switch_pages(flow_id: UUID, *, live: bool) -> None:
    """Open or close a flow's live pages."""
    Page.objects.filter(flow_id=flow_id, mode="live").update(live=live)


def rename_pages(flow_id: UUID, name: str) -> None:
    """Keep the flow's name."""
    Page.objects.filter(flow_id=flow_id).update(flow_name=name[:200])


def pages_of(flow_ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """Return kind and path of the flows' live pages."""
    found: dict[UUID, list[tuple[str, str]]] = {}
    rows = Page.objects.filter(flow_id__in=flow_ids, mode="live").order_by("path")
    for flow_id, kind, path in rows.values_list("flow_id", "kind", "path"):
        found.setdefault(flow_id, []).append((kind, path))
    return found
