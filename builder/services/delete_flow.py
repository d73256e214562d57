"""Deletes a flow with its versions. Its runs stay: they happened."""

from django.db import transaction

from builder.models import Flow, FlowVersion
from builder.services.audit import record
from builder.services.routing import unroute
from runtime.services.alerts import drop_alert
from runtime.services.keep_runs import release_runs
from runtime.services.notices import Person
from runtime.services.snapshots import release_snapshots


def delete_flow(flow: Flow, *, actor: Person | None) -> None:
    """Take the addresses away first, so that no call comes in between."""
    with transaction.atomic():
        unroute(flow)
        drop_alert(flow.id)
        record("flow_deleted", actor=actor, target=flow)
        published = set(flow.versions.values_list("snapshot_id", flat=True))
        release_runs(flow.tests.values_list("run_id", flat=True))
        flow.delete()
        others = FlowVersion.objects.filter(snapshot_id__in=published)
        release_snapshots(published - set(others.values_list("snapshot_id", flat=True)))
