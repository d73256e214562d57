"""Who may do what concerns all workspaces at once: those who look after every one of them."""

from builder.models import Role, Workspace
from builder.services.access import roles_of
from runtime.services.notices import Person


def looks_after_everything(person: Person) -> bool:
    """Return whether the person is an admin of every workspace there is."""
    own = {place for place, role in roles_of(person).items() if role is Role.ADMIN}
    return bool(own) and not Workspace.objects.exclude(id__in=own).exists()
