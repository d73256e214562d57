"""Keeps graphs, each once per workspace by its content."""

from __future__ import annotations

from uuid import UUID

from runtime.graph.document import Document, canonical, content_hash
from runtime.graph.parse import parse_document
from runtime.models import Snapshot


def save_snapshot(workspace_id: UUID, document: Document) -> Snapshot:
    """Return the snapshot of this very document, made if it is the first of its content."""
    snapshot, _ = Snapshot.objects.get_or_create(
        workspace_id=workspace_id,
        sha256=content_hash(document),
        defaults={"document": canonical(document)},
    )
    return snapshot


def read_snapshot(workspace_id: UUID, snapshot_id: UUID) -> dict[str, object]:
    """Return the document of a workspace's snapshot as plain JSON."""
    row = Snapshot.objects.get(workspace_id=workspace_id, id=snapshot_id)
    return parse_document(row.document).dump()
