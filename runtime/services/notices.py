"""Tells whoever listens what a person did to run-time rows; design time keeps the audit log."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.dispatch import Signal

Person = AbstractBaseUser | AnonymousUser

person_acted = Signal()


def notice(action: str, target: models.Model, *, by: Person | None) -> None:
    """Announce a deed. Send it inside the deed's transaction; a listener that fails undoes both."""
    person_acted.send(sender=type(target), action=action, target=target, by=by)
