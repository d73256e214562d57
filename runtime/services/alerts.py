"""Who is told when a flow fails: reads and changes it. The workers follow it by themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from runtime.models import FlowAlert
from runtime.services.post_mail import is_address, mail_connections

MOST_RECIPIENTS = 20


class BadAlertError(Exception):
    """It cannot be so; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told. Without recipients: nobody."""

    recipients: tuple[str, ...] = ()
    credential_id: UUID | None = None
    on_missed: bool = True
    problem: str = ""


def read_alert(flow_id: UUID) -> Told:
    """Who is told of this flow."""
    row = FlowAlert.objects.filter(flow_id=flow_id).first()
    if row is None:
        return Told()
    named = tuple(row.recipients.split("\n"))
    return Told(named, row.credential_id, row.on_missed, row.problem)


def save_alert(
    *, flow_id: UUID, workspace_id: UUID, text: str, credential_id: UUID | None, on_missed: bool
) -> Told:
    """Keep it, from now on; addresses are separated by commas or lines. Raises BadAlertError."""
    named = list(dict.fromkeys(part for part in re.split(r"[,;\s]+", text) if part))
    wrong = [part for part in named if not is_address(part)]
    if wrong:
        raise BadAlertError(_("“%s” is not a mail address.") % wrong[0][:80])
    if len(named) > MOST_RECIPIENTS:
        raise BadAlertError(_("Name at most %d addresses.") % MOST_RECIPIENTS)
    if credential_id is not None and credential_id not in mail_connections(workspace_id):
        raise BadAlertError(_("This mail server is gone. Choose another one."))
    if not named:
        drop_alert(flow_id)
        return Told()
    values = {
        "workspace_id": workspace_id,
        "recipients": "\n".join(named),
        "credential_id": credential_id,
        "on_missed": on_missed,
        "problem": "",
    }
    FlowAlert.objects.update_or_create(
        flow_id=flow_id,
        defaults=values,
        create_defaults={**values, "flow_id": flow_id, "seen_until": timezone.now()},
    )
    return read_alert(flow_id)


def drop_alert(flow_id: UUID) -> None:
    """Tell nobody any more."""
    FlowAlert.objects.filter(flow_id=flow_id).delete()
