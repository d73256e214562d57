"""Answers of models that are kept for a while."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from runtime.models import KnownAnswer


def find(workspace_id: UUID, digest: str, now: float) -> dict[str, Any] | None:
    """What was answered, if its time is not over."""
    rows = KnownAnswer.objects.filter(workspace_id=workspace_id, digest=digest)
    row = rows.filter(expires_at__gt=datetime.fromtimestamp(now, UTC)).first()
    found: dict[str, Any] | None = json.loads(row.reply) if row else None
    return found


def keep(workspace_id: UUID, digest: str, reply: dict[str, Any], until: float) -> None:
    """Keep an answer; a later one takes its place."""
    KnownAnswer.objects.update_or_create(
        workspace_id=workspace_id,
        digest=digest,
        defaults={
            "reply": json.dumps(reply),
            "expires_at": datetime.fromtimestamp(until, UTC),
        },
    )
