"""Who starts a run: the person, and the API key by which a program came in their name."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from runtime.models import Run
from runtime.services.access import access
from runtime.services.notices import Person
from runtime.store.accept import MACHINE, Starter

__all__ = ["MACHINE", "Starter", "came_by_key", "names_of_starters", "starter_of", "starter_words"]

_KEY = "_segue_key"


def came_by_key(user: Person, name: str) -> None:
    """Note that this request came with a key of the person's; it lives as long as the request."""
    setattr(user, _KEY, name)


def starter_of(user: Person | None) -> Starter:
    """Return who starts what this request asks for; strangers count as nobody."""
    if user is None or not user.is_authenticated or user.pk is None:
        return MACHINE
    return Starter(int(user.pk), getattr(user, _KEY, None))


def names_of_starters(runs: Iterable[Run]) -> dict[int, str]:
    """Return what the people are called who started these runs."""
    return access().people({run.started_by for run in runs if run.started_by is not None})


def starter_words(person: int | None, key: str | None, names: dict[int, str]) -> str:
    """Return who started a run as people read it; nothing where no person did."""
    if person is None:
        return ""
    name = names.get(person, _("somebody who is gone"))
    return _("%(person)s, by the key “%(key)s”") % {"person": name, "key": key} if key else name
