"""Invites people into a workspace by a link that works once, and lets them in by it."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from builder.models import Invitation, Membership, Role
from builder.services.audit import record
from builder.services.refusals import NotPossibleError
from runtime.services.notices import Person
from runtime.services.post_mail import Letter, post_mail

LIFETIME = timedelta(days=7)


def make_invitation(
    workspace_id: UUID, role: Role, base_url: str, *, actor: User, whom: str = ""
) -> tuple[Invitation, str]:
    """Return the invitation and its link; only the hash of the token (256 bits) is kept."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        made = Invitation.objects.create(
            workspace_id=workspace_id,
            role=role,
            whom=" ".join(whom.split())[:320],
            token_hash=_hash(token),
            made_by=actor,
            expires_at=timezone.now() + LIFETIME,
        )
        record("invitation_made", actor=actor, target=made, details={"role": role.value})
    return made, f"{base_url.rstrip('/')}/join/{token}/"


def mail_invitation(made: Invitation, link: str, *, to: str, credential_id: UUID) -> None:
    """Send the link; raises MailNotSentError.

    Never into the outbox: everybody in the workspace reads that, and the link may make an admin.
    """
    words = {
        "who": made.made_by.get_full_name() or made.made_by.get_username(),
        "workspace": made.workspace.name,
        "role": Role(made.role).label,
        "link": link,
        "days": LIFETIME.days,
    }
    text = _(
        "%(who)s invites you to the workspace “%(workspace)s” in Segue.\n\n"
        "%(role)s\n\n"
        "Join here. The link works once, for %(days)d days:\n%(link)s\n"
    )
    subject = _("%(who)s invites you to “%(workspace)s”") % words
    letter = Letter(to=[to], subject=subject, text=text % words)
    post_mail(made.workspace_id, letter, f"invitation/{made.id}", credential_id)


def open_invitations(workspace_id: UUID | None = None) -> QuerySet[Invitation]:
    """Return those that may still be used, of one workspace or of all.

    Who is no admin any more has invited nobody.
    """
    rows = Invitation.objects.filter(
        used_at=None,
        revoked_at=None,
        expires_at__gt=timezone.now(),
        made_by__is_active=True,
        made_by__memberships__workspace=F("workspace"),
        made_by__memberships__role=Role.ADMIN,
    ).select_related("workspace", "made_by")
    return rows if workspace_id is None else rows.in_workspace(workspace_id)


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation if it can still be used."""
    return open_invitations().filter(token_hash=_hash(token)).first()


def revoke_invitation(made: Invitation, *, actor: Person) -> None:
    """Take it back; the link opens nothing any more."""
    with transaction.atomic():
        if Invitation.objects.filter(pk=made.pk, used_at=None, revoked_at=None).update(
            revoked_at=timezone.now()
        ):
            record("invitation_revoked", actor=actor, target=made)


def join(invitation: Invitation, user: User) -> Membership:
    """Let somebody in who has an account; raises NotPossibleError."""
    with transaction.atomic():
        _use_up(invitation)
        membership, made = Membership.objects.get_or_create(
            workspace=invitation.workspace, user=user, defaults={"role": invitation.role}
        )
        if not made:
            raise NotPossibleError(_("You belong to this workspace already."))
        details = {"role": invitation.role, "by": invitation.made_by.get_username()}
        record("invitation_used", actor=user, target=membership, details=details)
    return membership


def join_as_new(invitation: Invitation, *, username: str, name: str, password: str) -> User:
    """Make an account and let it in; raises NotPossibleError where the name is taken."""
    user = User(username=username, first_name=name[:150])
    if "@" in invitation.whom:
        user.email = invitation.whom[:254]
    user.set_password(password)
    with transaction.atomic():
        if User.objects.filter(username__iexact=username).exists():
            raise NotPossibleError(_("Somebody is called so already. Choose another user name."))
        try:
            user.full_clean(exclude=["password", "email"])
        except ValidationError as error:
            raise NotPossibleError(" ".join(error.messages)) from None
        user.save()
        join(invitation, user)
    return user


def _use_up(invitation: Invitation) -> None:
    """One UPDATE decides, so that of two people with one link only one comes in."""
    usable = open_invitations().filter(pk=invitation.pk).values("pk")
    if not Invitation.objects.filter(pk__in=usable, used_at=None).update(used_at=timezone.now()):
        raise NotPossibleError(_("This invitation was used or taken back meanwhile."))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
