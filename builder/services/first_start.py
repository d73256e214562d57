"""Makes what a new install needs; on an install that has it, does nothing."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from builder.models import AuditEntry, Membership, ModelProfile, Role, Workspace
from builder.models.model_profile import Provider
from builder.services.create_flow import create_flow
from builder.services.publish import publish
from builder.services.refusals import HasProblemsError
from builder.services.transfer import read_example

EXAMPLES = settings.BASE_DIR / "builder" / "examples"
ADMIN = "admin"


def first_start() -> list[str]:
    """Return what was made, in sentences; an empty list when everything was there already."""
    with transaction.atomic():
        made: list[str] = []
        user = _admin(made)
        workspace = _workspace(user, made)
        if add_practice_model(workspace):
            made.append(_("The practice model was set up."))
    # The last one first: lists show what changed last at the top.
    for path in sorted(EXAMPLES.glob("*.json"), reverse=True):
        name, graph = read_example(path.read_bytes())
        # Asked of the audit log, not of the flows: an example somebody deleted stays deleted.
        if not AuditEntry.objects.filter(action="example_added", target=name).exists():
            made.append(_add_example(workspace, name, graph))
    return made


def _admin(made: list[str]) -> User:
    """There is no password at first: one-time links sign in, and the person sets one then."""
    user = User.objects.filter(username=ADMIN).first()
    if user is None:
        user = User.objects.create_user(ADMIN, is_staff=True)
        made.append(_("The user “admin” was made."))
    return user


def _workspace(user: User, made: list[str]) -> Workspace:
    workspace = Workspace.objects.first()
    if workspace is None:
        workspace = Workspace.objects.create(name=_("My workspace"))
        Membership.objects.create(workspace=workspace, user=user, role=Role.ADMIN)
        made.append(_("The workspace “%s” was made.") % workspace.name)
    return workspace


def add_practice_model(workspace: Workspace) -> bool:
    """Give a workspace the model that comes with Segue, unless it has a model already."""
    if ModelProfile.objects.in_workspace(workspace.id).exists():
        return False
    ModelProfile.objects.create(
        workspace=workspace,
        name=_("Practice model"),
        provider=Provider.PRACTICE,
        model="SmolLM2-135M-Instruct",
        context_tokens=2048,
    )
    return True


def _add_example(workspace: Workspace, name: str, graph: dict[str, Any]) -> str:
    flow = create_flow(
        workspace_id=workspace.id, name=name, graph=graph, actor=None, action="example_added"
    )
    try:
        publish(flow, revision=flow.draft_revision, actor=None, note=_("Comes with Segue"))
    except HasProblemsError as problems:
        return _("The example “%(name)s” was added, not published: %(why)s") % {
            "name": name,
            "why": problems,
        }
    return _("The example “%s” was added.") % name
