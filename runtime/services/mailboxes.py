"""The mailboxes whose mails start live flows: kept in step with what is published."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from runtime.models import Mailbox
from runtime.services.standing import Standing

KIND = "mail"


def set_mailboxes(standing: Standing) -> None:
    """Make the flow's mailboxes those of the version that was just published.

    One that is the same as before goes on where it was read up to; another begins with what comes
    from now on.
    """
    wanted = {spec.id: spec for trigger, spec in standing.triggers() if trigger.kind == KIND}
    with transaction.atomic():
        rows = Mailbox.objects.select_for_update().filter(flow_id=standing.flow_id)
        before = {row.node_id: row for row in rows}
        for node_id, row in before.items():
            if node_id not in wanted:
                row.delete()
        for node_id, spec in wanted.items():
            columns = standing.columns(spec, spec.params)
            old = before.get(node_id)
            if old is None or _place(old.settings) != _place(columns["settings"]):
                columns |= {"validity": None, "uid": 0}
            Mailbox.objects.update_or_create(
                flow_id=standing.flow_id,
                node_id=node_id,
                defaults={**columns, "next_at": timezone.now(), "note": ""},
            )


def switch_mailboxes(flow_id: UUID, *, live: bool) -> None:
    """Read them or not. What comes while the flow is switched off starts nothing."""
    rows = Mailbox.objects.filter(flow_id=flow_id).exclude(live=live)
    rows.update(live=live, validity=None, uid=0, next_at=timezone.now(), note="")


def rename_mailboxes(flow_id: UUID, name: str) -> None:
    """Keep the flow's name."""
    Mailbox.objects.filter(flow_id=flow_id).update(flow_name=name[:200])


def drop_mailboxes(flow_id: UUID) -> None:
    """Take all mailboxes of a flow away."""
    Mailbox.objects.filter(flow_id=flow_id).delete()


def mailboxes_of(flow_id: UUID) -> list[Mailbox]:
    """The mailboxes of a flow, with why they could not be read."""
    return list(Mailbox.objects.filter(flow_id=flow_id).order_by("node"))


def _place(settings: str) -> tuple[object, object]:
    known = json.loads(settings)
    return known.get("mailbox"), known.get("folder", "INBOX")
