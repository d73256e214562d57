"""Makes and renames workspaces."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from builder.models import Membership, Role, Workspace
from builder.services.audit import record
from builder.services.first_start import add_practice_model
from builder.services.refusals import NotPossibleError
from runtime.services.notices import Person


def make_workspace(name: str, *, actor: User) -> Workspace:
    """Return a new workspace with the actor as its admin and the practice model in it."""
    with transaction.atomic():
        workspace = Workspace.objects.create(name=_tidy(name))
        Membership.objects.create(workspace=workspace, user=actor, role=Role.ADMIN)
        add_practice_model(workspace)
        record("workspace_made", actor=actor, workspace_id=workspace.id, target=workspace)
    return workspace


def rename_workspace(workspace: Workspace, name: str, *, actor: Person) -> None:
    """Give a workspace another name."""
    with transaction.atomic():
        workspace.name = _tidy(name)
        workspace.save(update_fields=["name"])
        record("workspace_changed", actor=actor, workspace_id=workspace.id, target=workspace)


def _tidy(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise NotPossibleError(_("Give the workspace a name."))
    return tidy[:120]
