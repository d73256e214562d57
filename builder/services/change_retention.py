"""Changes how long a flow's runs are kept. It holds at once; nothing needs to be published."""

from dataclasses import asdict

from django.db import transaction

from builder.models import Flow
from builder.services.audit import record
from runtime.retention import Wish
from runtime.services.notices import Person
from runtime.services.retention import save_retention


def change_retention(flow: Flow, wish: Wish, *, actor: Person | None) -> None:
    """Keep what the flow asks for."""
    with transaction.atomic():
        save_retention(flow_id=flow.id, workspace_id=flow.workspace_id, wish=wish)
        record("retention_changed", actor=actor, target=flow, details=asdict(wish))
