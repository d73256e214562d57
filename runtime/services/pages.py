"""The public pages on which people start flows; kept in step with drafts and live versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from runtime.graph.document import NodeSpec
from runtime.models import Page
from runtime.services.standing import Standing


class PageTakenError(Exception):
    """Another flow already has a page at this address."""

    def __init__(self, path: str, node: NodeSpec) -> None:
        super().__init__(f"The address “{path}” already belongs to a page of another flow.")
        self.node = node


def set_pages(standing: Standing) -> None:
    """Make the flow's pages of this mode exactly those of the document; raises PageTakenError.

    A draft never takes an address away from somebody: it has none until it is changed.
    """
    wanted = {
        (trigger.kind, str(spec.params["path"])): spec
        for trigger, spec in standing.triggers()
        if trigger.page and spec.params.get("path")
    }
    own = {"flow_id": standing.flow_id, "mode": standing.mode}
    with transaction.atomic():
        for page in Page.objects.filter(**own):
            if (page.kind, page.path) not in wanted:
                page.delete()
        for (kind, path), spec in wanted.items():
            place: dict[str, Any] = {"kind": kind, "mode": standing.mode, "path": path}
            if Page.objects.filter(**place).exclude(flow_id=standing.flow_id).exists():
                if standing.mode == "live":
                    raise PageTakenError(path, spec)
                continue
            columns = {**standing.columns(spec, spec.params), "flow_id": standing.flow_id}
            Page.objects.update_or_create(**place, defaults=columns)


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
