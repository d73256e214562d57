"""Adds one row to the audit log. Never stores a secret: callers pass names and numbers only."""

from typing import Any
from uuid import UUID

from django.db import models

from builder.middleware.client_address import client_address
from builder.models import AuditEntry
from runtime.services.notices import Person


def record(
    action: str,
    *,
    actor: Person | None = None,
    actor_name: str = "",
    workspace_id: UUID | None = None,
    target: models.Model | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Write who did what to what. Call it inside the transaction of the deed itself."""
    known = actor is not None and actor.pk is not None
    AuditEntry.objects.create(
        workspace_id=workspace_id or getattr(target, "workspace_id", None),
        actor_id=actor.pk if known and actor else None,
        actor=_one_line(actor_name or (actor.get_username() if known and actor else "Segue"), 150),
        action=action,
        target_type=target._meta.model_name or "" if target else "",
        target_id=str(target.pk) if target else "",
        target=_one_line(str(target), 200) if target else "",
        details=details or {},
        ip=client_address.get(),
    )


def _one_line(text: str, length: int) -> str:
    """Encode control characters, so that a name cannot forge a second entry in an export."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)[:length]
