"""What a run waits for, as people read it: which step, for what, until when, at which address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from runtime.models import Run, Wait, WaitKind, WaitStatus

MOST = 100


@dataclass(frozen=True, slots=True)
class OpenWait:
    """`token` ends the wait from outside: only those who may end it get to see it."""

    key: str
    iteration: str
    item: int
    kind: str
    words: str
    until: datetime | None
    token: str | None


def open_waits(run: Run) -> list[OpenWait]:
    """Return the first of a run's open waits, those that end soonest before the others."""
    if run.over:
        return []
    rows = Wait.objects.filter(run=run, status=WaitStatus.OPEN, number__gt=0)
    return [
        OpenWait(
            row.node,
            row.iteration,
            row.item,
            row.kind,
            row.get_kind_display(),
            row.due_at,
            row.token if row.kind == WaitKind.CALLBACK else None,
        )
        for row in rows.order_by("due_at", "item")[:MOST]
    ]


def callback_address(token: str, request: HttpRequest | Request) -> str:
    """Return where the outside ends the wait, as the outside reaches this install."""
    base = settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
    return f"{base}/api/waits/{token}/"
