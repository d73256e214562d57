"""Does something once for a key, however often it is asked for. Key and deed are one commit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from runtime.models import Deed, Fact, MemoryEntry
from runtime.sdk import Json

# A run waits for an answer for weeks; longer than this nobody repeats a try.
REMEMBERED = timedelta(days=90)
_COLLISIONS = 5


def once(workspace_id: UUID, key: str, what: str, deed: Callable[[], Json]) -> Json:
    """Do it, or return what it gave the first time. `what` tells apart deeds of one key.

    Two who do the same at the same moment meet at a unique index: one is undone, and then finds
    what the other did.
    """
    digest = hashlib.sha256("\0".join((str(workspace_id), what, key)).encode()).hexdigest()
    for attempt in range(_COLLISIONS):
        try:
            with transaction.atomic():
                return _once(digest, deed)
        except IntegrityError:
            if attempt == _COLLISIONS - 1:
                raise
    raise RuntimeError("unreachable")


def forget_old(limit: int = 500) -> None:
    """Drop deeds nobody repeats any more, and values and facts whose time is over; some each."""
    now = timezone.now()
    old = Deed.objects.filter(at__lt=now - REMEMBERED).order_by("at").values_list("pk", flat=True)
    over = MemoryEntry.objects.filter(expires_at__lt=now).order_by("expires_at")
    Deed.objects.filter(pk__in=list(old[:limit])).delete()
    gone = list(over.values_list("pk", flat=True)[:limit])
    MemoryEntry.objects.filter(pk__in=gone, expires_at__lt=now).delete()
    facts = Fact.objects.filter(expires_at__lt=now).order_by("expires_at")
    gone_facts = list(facts.values_list("pk", flat=True)[:limit])
    Fact.objects.filter(pk__in=gone_facts, expires_at__lt=now).delete()


def _once(digest: str, deed: Callable[[], Json]) -> Json:
    done = Deed.objects.filter(digest=digest).values_list("result", flat=True).first()
    if done is not None:
        return json.loads(done)  # type: ignore[no-any-return]
    # First of all: whoever does the same waits here, and not in the middle of it. Not `save`,
    # which would update the row that somebody else has just made.
    Deed.objects.bulk_create([Deed(digest=digest, result="")])
    result = deed()
    Deed.objects.filter(digest=digest).update(result=json.dumps(result))
    return result
