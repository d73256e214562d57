"""Changes who is told when a flow fails. It holds at once; nothing needs to be published."""

from uuid import UUID

from django.db import transaction

from builder.models import Flow
from builder.services.audit import record
from builder.services.refusals import NotPossibleError
from runtime.services.alerts import BadAlertError, save_alert
from runtime.services.notices import Person


def change_alert(
    flow: Flow, *, text: str, credential_id: UUID | None, on_missed: bool, actor: Person
) -> None:
    """Tell these people from now on; raises NotPossibleError."""
    with transaction.atomic():
        try:
            told = save_alert(
                flow_id=flow.id,
                workspace_id=flow.workspace_id,
                text=text,
                credential_id=credential_id,
                on_missed=on_missed,
            )
        except BadAlertError as error:
            raise NotPossibleError(error) from None
        details = {"recipients": len(told.recipients)}
        record("alert_changed", actor=actor, target=flow, details=details)
