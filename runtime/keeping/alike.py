"""Answers found again by questions that mean the same. Looked through in memory, newest first."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from runtime.models import AlikeAnswer
from runtime.providers.known import AskedBefore
from runtime.providers.likeness import likeness
from runtime.providers.protocols import Matched

MOST_LOOKED_AT = 2_000  # of one scope; older ones are not found any more
_LONGEST_QUESTION = 2_000  # characters that are shown


def find(
    workspace_id: UUID, asked: AskedBefore, least: float, now: float
) -> tuple[dict[str, Any], Matched] | None:
    """The answer to the question most alike, the newest of equal ones; None if too little."""
    rows = AlikeAnswer.objects.filter(
        workspace_id=workspace_id,
        scope=asked.scope,
        expires_at__gt=datetime.fromtimestamp(now, UTC),
    )
    known = list(rows.order_by("-id").values_list("id", "vector")[:MOST_LOOKED_AT])
    scores = likeness(asked.vector, [bytes(vector) for _, vector in known], asked.model)
    if not scores or max(scores) < least:
        return None
    best = max(scores)
    row = AlikeAnswer.objects.filter(pk=known[scores.index(best)][0]).first()
    if row is None:  # its time was over just now
        return None
    return json.loads(row.reply), Matched(row.question, best)


def keep(workspace_id: UUID, asked: AskedBefore, reply: dict[str, Any], until: float) -> None:
    """Keep an answer for those who ask much the same."""
    AlikeAnswer.objects.create(
        workspace_id=workspace_id,
        scope=asked.scope,
        question=asked.question[:_LONGEST_QUESTION].replace("\0", " "),
        vector=asked.vector,
        reply=json.dumps(reply),
        expires_at=datetime.fromtimestamp(until, UTC),
    )
