"""The audit log: what is written, and that nothing leaves it."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from builder.models import AuditEntry
from builder.models.audit import AppendOnlyError
from builder.services.audit import record
from builder.services.audit_words import WORDS
from tests.support.people import CANARY, Place, api, browser


def actions(place: Place) -> list[str]:
    """What was done in the workspace, the newest first."""
    rows = AuditEntry.objects.in_workspace(place.workspace.id)
    return list(rows.values_list("action", flat=True))


def test_deeds_leave_a_row_each(place: Place) -> None:
    client = api(place.people["editor"])
    flow = reverse("flow", args=[place.flow.id])
    client.patch(flow, {"live": False}, content_type="application/json")
    client.post(reverse("run-cancel", args=[place.run_id]))
    client.delete(reverse("credential", args=[place.credential.id]))
    client.get(reverse("flow-export", args=[place.flow.id]))
    client.delete(flow)
    assert actions(place)[:5] == [
        "flow_deleted",
        "flow_exported",
        "connection_deleted",
        "run_cancelled",
        "flow_switched_off",
    ]


def test_a_row_says_who_what_and_from_where(place: Place) -> None:
    client = api(place.people["editor"])
    client.patch(
        reverse("flow", args=[place.flow.id]), {"name": "New"}, content_type="application/json"
    )
    row = AuditEntry.objects.in_workspace(place.workspace.id).first()
    assert row is not None
    assert (row.actor, row.action, row.target, row.ip) == (
        "editor@home",
        "flow_changed",
        "New",
        "127.0.0.1",
    )


def test_every_deed_has_words(place: Place) -> None:
    assert set(actions(place)) <= set(WORDS)


def test_no_secret_is_written(place: Place) -> None:
    assert CANARY not in str(list(AuditEntry.objects.values()))


def test_rows_cannot_be_changed_or_deleted(place: Place) -> None:
    row = AuditEntry.objects.first()
    assert row is not None
    deeds: list[Callable[[], object]] = [
        row.save,
        row.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="nothing"),
        lambda: AuditEntry.objects.bulk_update([row], ["action"]),
    ]
    for deed in deeds:
        with pytest.raises(AppendOnlyError):
            deed()


def test_a_name_cannot_forge_a_line(place: Place) -> None:
    record("signed_in", actor_name="eve\n\x1b[31mroot")
    entry = AuditEntry.objects.order_by("-id").first()
    assert entry is not None
    assert entry.actor == "eve\\n\\x1b[31mroot"


def test_refused_sign_ins_are_seen_by_the_admin(place: Place) -> None:
    browser(place.people["viewer"]).logout()
    client = browser(place.people["admin"])
    client.post(reverse("admin:login"), {"username": "viewer@home", "password": "wrong"})
    assert "sign_in_refused" in actions(place)
