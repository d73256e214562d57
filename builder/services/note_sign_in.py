"""Notes who signed in, who signed out and which sign-ins were refused in the audit log."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from builder.services.audit import record


def connect() -> None:
    """Listen to Django's own signals; called once, when Django is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="segue_signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="segue_signed_out")
    user_login_failed.connect(_refused, dispatch_uid="segue_sign_in_refused")


def _signed_in(request: HttpRequest | None, user: Any, **_: object) -> None:
    record("signed_in", actor=user, request=request)


def _signed_out(request: HttpRequest | None, user: Any, **_: object) -> None:
    if user is not None:
        record("signed_out", actor=user, request=request)


def _refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: object) -> None:
    name = str(credentials.get("username", ""))[:150]
    record("sign_in_refused", actor_name=name, request=request)
