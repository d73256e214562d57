"""Deletes a flow with its versions. Its runs stay: they happened."""

from django.db import transaction

from builder.models import Flow
from builder.services.audit import record
from builder.services.routing import unroute
from runtime.services.notices import Person


def delete_flow(flow: Flow, *, actor: Person | None) -> None:
    """Take the addresses away first, so that no call comes in between."""
    with transaction.atomic():
        unroute(flow)
        record("flow_deleted", actor=actor, target=flow)
        flow.delete()
