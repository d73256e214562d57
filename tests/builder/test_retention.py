"""How long a flow's runs are kept is asked for beside its graph, and holds without publishing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from builder.models import AuditEntry
from builder.services.create_flow import duplicate_flow
from builder.services.delete_flow import delete_flow
from builder.services.publish import publish
from runtime.graph.parse import parse_document
from runtime.models import Retention, Snapshot
from runtime.services.snapshots import save_snapshot
from tests.support.people import GRAPH, Place, api

ASKED = {"finished_days": 5, "failed_days": 0, "test_days": None, "most_runs": 1000}


def test_what_is_asked_for_counts_at_once_and_is_in_the_audit_log(place: Place) -> None:
    client = api(place.people["admin"])
    address = reverse("flow-retention", args=[place.flow.id])
    before = client.get(address).json()
    assert before["asked"] == dict.fromkeys(ASKED)
    assert before["counts"]["finished_days"] == before["server"]["finished_days"] == 30
    after = client.put(address, ASKED, content_type="application/json").json()
    assert after["asked"] == ASKED
    assert after["counts"] == {
        "finished_days": 5,
        "failed_days": 0,
        "test_days": 7,
        "most_runs": 1000,
    }
    entry = AuditEntry.objects.get(action="retention_changed")
    assert (entry.actor, entry.details["finished"]) == ("admin@home", 5)


def test_asking_for_nothing_leaves_no_row(place: Place) -> None:
    client = api(place.people["admin"])
    address = reverse("flow-retention", args=[place.flow.id])
    client.put(address, ASKED, content_type="application/json")
    assert Retention.objects.filter(flow_id=place.flow.id).exists()
    client.put(address, dict.fromkeys(ASKED), content_type="application/json")
    assert not Retention.objects.filter(flow_id=place.flow.id).exists()


@pytest.mark.parametrize("wrong", [{"finished_days": -1}, {"most_runs": 0}, {"test_days": "long"}])
def test_nonsense_is_refused(place: Place, wrong: dict[str, object]) -> None:
    address = reverse("flow-retention", args=[place.flow.id])
    answer = api(place.people["admin"]).put(
        address, {**ASKED, **wrong}, content_type="application/json"
    )
    assert answer.status_code == 400


def test_a_published_graph_is_kept_until_no_version_is_it(place: Place) -> None:
    admin = place.people["admin"]
    copy = duplicate_flow(place.flow, actor=admin)
    publish(copy, revision=1, actor=admin)
    graph = Snapshot.objects.get(id=copy.versions.get().snapshot_id)
    assert graph.published
    delete_flow(place.flow, actor=admin)
    graph.refresh_from_db()
    assert graph.published, "the copy's version is the same graph"
    delete_flow(copy, actor=admin)
    graph.refresh_from_db()
    assert not graph.published


def test_a_graph_that_is_asked_for_again_is_fresh_again(place: Place) -> None:
    old = timezone.now() - timedelta(days=3)
    snapshot = save_snapshot(place.workspace.id, parse_document(GRAPH))
    Snapshot.objects.filter(id=snapshot.id).update(used_at=old)
    again = save_snapshot(place.workspace.id, parse_document(GRAPH))
    again.refresh_from_db()
    assert again.id == snapshot.id
    assert again.used_at > old
