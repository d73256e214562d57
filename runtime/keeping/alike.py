"""Answers found again by questions that mean the same. Looked through in memory, newest first."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from runtime.models import AlikeAnswer
from runtime.providers.known import AskedBefore
from runtime.providers.likeness import likeness
from runtime.providers.protocols import Matched

MOST_LOOKED_AT = 2_000  # of one scope; older ones are not found any more
_LOOKED_AT_CLOSELY = 20
_LONGEST_QUESTION = 2_000  # characters that are kept


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
    enough = [(score, pk) for score, (pk, _) in zip(scores, known, strict=True) if score >= least]
    best = sorted(enough, key=lambda one: one[0], reverse=True)[:_LOOKED_AT_CLOSELY]
    found = AlikeAnswer.objects.in_bulk([pk for _, pk in best])
    for score, pk in best:
        row = found.get(pk)  # None: its time was over just now
        if row is not None and numbers_in(row.question) == numbers_in(asked.question):
            return json.loads(row.reply), Matched(row.question, score)
    return None


def numbers_in(text: str) -> list[str]:
    """Its numbers: “order 17” and “order 18” mean much the same, and never get the same answer."""
    return sorted(re.findall(r"\d+", text))


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
