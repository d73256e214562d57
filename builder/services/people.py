"""Lets people into a workspace, changes what they may do, and lets them go."""

from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from builder.models import Membership, Role
from builder.services.access import roles_of
from builder.services.audit import record
from builder.services.login_link import create_login_link
from builder.services.refusals import NotPossibleError
from runtime.services.notices import Person


def invite(
    workspace_id: UUID, username: str, role: Role, *, actor: Person, name: str = ""
) -> Membership:
    """Return the membership of a person, whose account is made if there is none by this name."""
    tidy = username.strip()
    if not tidy or len(tidy) > 150:
        raise NotPossibleError(_("Enter a user name of at most 150 characters."))
    with transaction.atomic():
        user = User.objects.filter(username=tidy).first() or _new_user(tidy, name)
        membership, made = Membership.objects.get_or_create(
            workspace_id=workspace_id, user=user, defaults={"role": role}
        )
        if not made:
            raise NotPossibleError(_("%s already belongs to this workspace.") % tidy)
        record("person_invited", actor=actor, target=membership, details={"role": role.value})
    return membership


def change_role(membership: Membership, role: Role, *, actor: Person) -> None:
    """Give a person another role; the last admin stays one."""
    with transaction.atomic():
        _keep_an_admin(membership, role)
        before = membership.role
        membership.role = role
        membership.save(update_fields=["role"])
        details = {"from": before, "to": role.value}
        record("role_changed", actor=actor, target=membership, details=details)


def remove(membership: Membership, *, actor: Person) -> None:
    """Let a person go; what they made stays."""
    with transaction.atomic():
        _keep_an_admin(membership, None)
        record("person_removed", actor=actor, target=membership)
        membership.delete()


def link_for(membership: Membership, base_url: str, *, actor: Person) -> str:
    """Return a sign-in link for a member.

    Only for people who belong nowhere but where the actor is admin: a link signs in as the whole
    person, and would otherwise open other workspaces to this one's admin.
    """
    own = {place for place, role in roles_of(actor).items() if role == Role.ADMIN}
    theirs = set(
        Membership.objects.filter(user=membership.user).values_list("workspace_id", flat=True)
    )
    if not theirs <= own:
        raise NotPossibleError(
            _("%s also belongs to a workspace that is not yours, so they sign in by themselves.")
            % membership.user.get_username()
        )
    record("link_made", actor=actor, target=membership)
    return create_login_link(membership.user, base_url)


def _new_user(username: str, name: str) -> User:
    user = User(username=username, first_name=name.strip()[:150])
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    return user


def _keep_an_admin(membership: Membership, role: Role | None) -> None:
    """Refuse to leave a workspace without an admin. Locks its admins against a race of two."""
    if membership.role != Role.ADMIN or role == Role.ADMIN:
        return
    admins = Membership.objects.select_for_update().filter(
        workspace_id=membership.workspace_id, role=Role.ADMIN
    )
    if len(list(admins)) < 2:
        raise NotPossibleError(
            _("This is the workspace's only admin. Make somebody else an admin first.")
        )
