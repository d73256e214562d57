"""Facts about a person or a topic in the database, found by what they mean."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from django.db.models import Q, QuerySet

from runtime.keeping.deeds import once
from runtime.models import Fact
from runtime.providers.likeness import likeness
from runtime.sdk import Json
from runtime.sdk.meaning import Measured, Told

MOST_LOOKED_AT = 2_000  # about one person or topic; older ones are not found any more


def remember(
    workspace_id: UUID,
    about: str,
    texts: Sequence[str],
    meaning: Measured,
    *,
    expires_in: float | None,
    key: str,
    now: float,
) -> int:
    """Keep facts, once for the key; returns how many were not known before.

    A fact that is known is told anew: it counts as one of today, and stays for as long again.
    """

    def deed() -> Json:
        at = datetime.fromtimestamp(now, UTC)
        until = None if expires_in is None else datetime.fromtimestamp(now + expires_in, UTC)
        rows = {
            digest_of(meaning.model, text): Fact(
                workspace_id=workspace_id,
                about=about,
                text=text,
                digest=digest_of(meaning.model, text),
                model=meaning.model,
                vector=vector,
                told_at=at,
                expires_at=until,
            )
            for text, vector in zip(texts, meaning.vectors, strict=True)
        }
        known = _rows(workspace_id, about).filter(digest__in=list(rows)).count()
        Fact.objects.bulk_create(
            [rows[digest] for digest in sorted(rows)],
            batch_size=200,
            update_conflicts=True,
            unique_fields=["workspace_id", "about", "digest"],
            update_fields=["told_at", "expires_at"],
        )
        return len(rows) - known

    return cast(int, once(workspace_id, key, f"facts/remember/{about}", deed))


def recall(
    workspace_id: UUID, about: str, meaning: Measured, *, most: int, now: float
) -> Sequence[Told]:
    """The facts most alike to the one text measured; those of other models are not compared."""
    at = datetime.fromtimestamp(now, UTC)
    rows = _rows(workspace_id, about).filter(model=meaning.model)
    rows = rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
    found = list(rows.values_list("text", "vector", "told_at")[:MOST_LOOKED_AT])
    scores = likeness(meaning.vectors[0], [bytes(row[1]) for row in found], meaning.model)
    told = [
        Told(text, score, told_at.timestamp())
        for (text, _, told_at), score in zip(found, scores, strict=True)
    ]
    return sorted(told, key=lambda one: -one.alike)[:most]


def forget(workspace_id: UUID, about: str, *, key: str) -> int:
    """Forget all of them, once for the key."""

    def deed() -> Json:
        gone, _ = _rows(workspace_id, about).delete()
        return gone

    return cast(int, once(workspace_id, key, f"facts/forget/{about}", deed))


def digest_of(model: str, text: str) -> str:
    """The same for the same fact, measured by the same model."""
    return hashlib.sha256(f"{model}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()


def _rows(workspace_id: UUID, about: str) -> QuerySet[Fact]:
    return Fact.objects.filter(workspace_id=workspace_id, about=about)
