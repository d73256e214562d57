"""Makes and uses links that sign a person in once."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from builder.models import LoginLink

LIFETIME = timedelta(hours=24)


def create_login_link(user: User, base_url: str, *, lifetime: timedelta = LIFETIME) -> str:
    """Return a fresh link; only the hash of its token (256 random bits) is kept."""
    LoginLink.objects.filter(expires_at__lt=timezone.now() - timedelta(days=7)).delete()
    token = secrets.token_urlsafe(32)
    LoginLink.objects.create(
        user=user, token_hash=_hash(token), expires_at=timezone.now() + lifetime
    )
    return f"{base_url.rstrip('/')}/sign-in/{token}/"


def find_login_link(token: str) -> LoginLink | None:
    """Return the link if it can still be used."""
    return _usable(token).select_related("user").first()


def use_login_link(token: str) -> User | None:
    """Use the link up and return its person; None when it was used, has expired or never was.

    One UPDATE decides, so that of two clicks at once only one signs in.
    """
    if not _usable(token).update(used_at=timezone.now()):
        return None
    return LoginLink.objects.select_related("user").get(token_hash=_hash(token)).user


def _usable(token: str) -> QuerySet[LoginLink]:
    return LoginLink.objects.filter(
        token_hash=_hash(token),
        used_at=None,
        expires_at__gt=timezone.now(),
        user__is_active=True,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
