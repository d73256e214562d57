"""Switches a flow on or off. Off, its addresses refuse calls; runs in progress go on."""

from django.db import transaction

from builder.models import Flow
from builder.services.audit import record
from builder.services.routing import switch_routes
from builder.services.versions import live_version
from runtime.services.notices import Person


def set_live(flow: Flow, *, live: bool, actor: Person | None) -> None:
    """Set the switch; raises NotPossibleError when there is no version to switch on."""
    if live:
        live_version(flow)
    with transaction.atomic():
        row = Flow.objects.select_for_update().get(pk=flow.pk)
        row.live = live
        row.save(update_fields=["live", "updated_at"])
        switch_routes(row)
        record("flow_switched_on" if live else "flow_switched_off", actor=actor, target=row)
    flow.refresh_from_db()
