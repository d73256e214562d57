"""What a run waits for, as people read it: which step, for what, until when, at which address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from rest_framework.request import Request

from runtime.models import Run, Wait, WaitKind, WaitStatus
from runtime.services.approvals import find_question, may_decide

MOST = 100


@dataclass(frozen=True, slots=True)
class OpenWait:
    """`token` ends the wait from outside: only those who may end it get to see it."""

    id: UUID
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
            row.id,
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


def pause_of(wait: Wait) -> str:
    """Return why a try has not begun yet (a place at a model, a budget), or nothing."""
    details = json.loads(wait.details) if wait.details else None
    paused = details.get("pause") if isinstance(details, dict) else None
    return str(paused.get("why") or "") if isinstance(paused, dict) else ""


def wait_address(wait: OpenWait, run: Run, request: HttpRequest | Request) -> str | None:
    """Return where this person ends the wait: the address to call, or the page to decide on."""
    user = request.user
    if wait.kind == WaitKind.APPROVAL:
        asked = find_question(wait.id)
        if asked is None or not may_decide(user, asked):
            return None
        return f"{_base(request)}{reverse('inbox-question', args=[wait.id])}"
    if wait.token is None or not user.has_perm("runtime.resolve_wait", run):
        return None
    return callback_address(wait.token, request)


def callback_address(token: str, request: HttpRequest | Request) -> str:
    """Return where the outside ends the wait, as the outside reaches this install."""
    return f"{_base(request)}/api/waits/{token}/"


def _base(request: HttpRequest | Request) -> str:
    if settings.PUBLIC_URL_GIVEN:
        return str(settings.PUBLIC_URL)
    return f"{request.scheme}://{request.get_host()}"
