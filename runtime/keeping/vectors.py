"""What texts mean, as models measured it, kept for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from runtime.models import KnownVector

_AT_ONCE = 500  # what one statement names; SQLite takes no more than a thousand


def find(workspace_id: UUID, digests: Sequence[str], now: float) -> dict[str, bytes]:
    """Those that are kept and whose time is not over."""
    at, found = datetime.fromtimestamp(now, UTC), dict[str, bytes]()
    for start in range(0, len(digests), _AT_ONCE):
        rows = KnownVector.objects.filter(
            workspace_id=workspace_id,
            digest__in=digests[start : start + _AT_ONCE],
            expires_at__gt=at,
        )
        found.update((digest, bytes(v)) for digest, v in rows.values_list("digest", "vector"))
    return found


def keep(workspace_id: UUID, vectors: Mapping[str, bytes], until: float) -> None:
    """Keep them; the same is kept once, and longer."""
    expires = datetime.fromtimestamp(until, UTC)
    KnownVector.objects.bulk_create(
        [
            KnownVector(workspace_id=workspace_id, digest=digest, vector=vector, expires_at=expires)
            # In one order for all: two who keep the same must not wait for one another.
            for digest, vector in sorted(vectors.items())
        ],
        batch_size=200,
        update_conflicts=True,
        unique_fields=["workspace_id", "digest"],
        update_fields=["vector", "expires_at"],
    )
