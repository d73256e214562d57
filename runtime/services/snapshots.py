"""Keeps graphs, each once per workspace by its content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from runtime.graph.document import Document, canonical, content_hash
from runtime.graph.parse import parse_stored
from runtime.models import Snapshot

STALE = timedelta(hours=1)


def save_snapshot(workspace_id: UUID, document: Document, *, published: bool = False) -> Snapshot:
    """Return the snapshot of this very document, made if it is the first of its content.

    A published one is kept until `release_snapshots`; others as long as runs refer to them.
    """
    now = timezone.now()
    snapshot, made = Snapshot.objects.get_or_create(
        workspace_id=workspace_id,
        sha256=content_hash(document),
        defaults={"document": canonical(document), "used_at": now, "published": published},
    )
    if not made and (snapshot.used_at < now - STALE or published > snapshot.published):
        # The pruner leaves alone what was asked for lately. If it was quicker, it is made again.
        values = {"used_at": now, **({"published": True} if published else {})}
        if not Snapshot.objects.filter(pk=snapshot.pk).update(**values):
            return save_snapshot(workspace_id, document, published=published)
    return snapshot


def release_snapshots(snapshot_ids: Iterable[UUID]) -> None:
    """No version is one of these graphs any more; they go with the last run that used them."""
    Snapshot.objects.filter(id__in=list(snapshot_ids)).update(published=False)


def read_snapshot(workspace_id: UUID, snapshot_id: UUID) -> dict[str, object]:
    """Return the document of a workspace's snapshot as plain JSON."""
    row = Snapshot.objects.get(workspace_id=workspace_id, id=snapshot_id)
    return parse_stored(row.document).dump()
