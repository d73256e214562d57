"""Changes what a flow is called and what it says it does."""

from django.db import transaction

from builder.models import Flow
from builder.services.audit import record
from builder.services.create_flow import tidy_name
from runtime.services.entries import rename_entries
from runtime.services.mailboxes import rename_mailboxes
from runtime.services.notices import Person
from runtime.services.pages import rename_pages
from runtime.services.routes import rename_flow


def change_flow(
    flow: Flow,
    *,
    actor: Person | None,
    name: str | None = None,
    description: str | None = None,
) -> None:
    """Set the name, the description or both."""
    with transaction.atomic():
        if name is not None:
            flow.name = tidy_name(name)
            rename_flow(flow.id, flow.name)
            rename_entries(flow.id, flow.name)
            rename_pages(flow.id, flow.name)
            rename_mailboxes(flow.id, flow.name)
        if description is not None:
            flow.description = description[:5000]
        flow.save(update_fields=["name", "description", "updated_at"])
        record("flow_changed", actor=actor, target=flow)
