"""Listens to what others announce: writes sign-ins and deeds into the audit log."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from builder.services.access import roles_of
from builder.services.audit import record
from builder.services.language import bring_language
from runtime.services.notices import person_acted


def connect() -> None:
    """Listen to Django's own signals; called once, when Django is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="segue_signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="segue_signed_out")
    user_login_failed.connect(_refused, dispatch_uid="segue_sign_in_refused")
    person_acted.connect(_acted, dispatch_uid="segue_person_acted")


def _signed_in(user: Any, request: HttpRequest | None = None, **_: object) -> None:
    if request is not None:
        bring_language(request, user)
    record("signed_in", actor=user, workspace_id=_home(user))


def _signed_out(user: Any, **_: object) -> None:
    if user is not None:
        record("signed_out", actor=user, workspace_id=_home(user))


def _refused(credentials: dict[str, Any], **_: object) -> None:
    name = str(credentials.get("username", ""))[:150]
    user = User.objects.filter(username=name).first()
    record("sign_in_refused", actor_name=name, workspace_id=_home(user) if user else None)


def _home(user: User) -> UUID | None:
    """Return the workspace whose admins should see what this person's account does."""
    return next(iter(roles_of(user)), None)


def _acted(action: str, target: Any, by: Any, **_: object) -> None:
    record(action, actor=by, target=target)
