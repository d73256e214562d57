"""Looks at each part a run needs and says in a sentence how it does."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from runtime.models import Worker
from runtime.services.credentials import count_locked
from runtime.store.room import MEGABYTE, free_bytes, keep_free_bytes

State = Literal["ok", "degraded", "down"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name in the API, its state, a sentence."""

    name: str
    state: State
    message: str


def check_parts() -> list[Part]:
    """Return the state of database, broker, worker and sandbox; takes at most some seconds."""
    checks: list[Callable[[], Part | None]] = [_database, _broker, _worker, _sandbox, _connections]
    return [part for check in checks if (part := check()) is not None]


def _database() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Part("database", "down", _("The database does not answer."))
    if connection.vendor == "sqlite" and (left := _too_little_left()) is not None:
        sentence = _("The disk is almost full (%d MB are left), so no more runs are accepted.")
        return Part("database", "down", sentence % left)
    return Part("database", "ok", _("The database answers."))


def _too_little_left() -> int | None:
    """The megabytes left on the database's disk, where they are too few."""
    free = free_bytes(Path(str(connection.settings_dict["NAME"])))
    return free // MEGABYTE if free < keep_free_bytes() else None


def _broker() -> Part:
    """A silent broker only delays: the workers look into the database by themselves."""
    if not settings.REDIS_URL:
        return Part("broker", "degraded", _("None is set up; workers look for runs themselves."))
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=None
    )
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return Part("broker", "degraded", _("It does not answer; runs start a little later."))
    finally:
        client.close()
    return Part("broker", "ok", _("It tells the workers at once when there is something to do."))


def _worker() -> Part:
    try:
        count = Worker.objects.filter(dead=False, lease_until__gt=timezone.now()).count()
    except DatabaseError:
        return Part("worker", "down", _("The list of workers cannot be read."))
    if count == 0:
        return Part("worker", "down", _("No worker is running, so accepted runs wait."))
    text = _("One worker is running.") if count == 1 else _("%d workers are running.") % count
    return Part("worker", "ok", text)


def _sandbox() -> Part:
    """The sandbox is a program of its own: it is there, or formulas and code cannot run."""
    try:
        from runtime.sandbox.wrapper import sandbox_state

        wrapped = sandbox_state().wrapped
    except (ImportError, FileNotFoundError):
        return Part(
            "sandbox",
            "down",
            _("They cannot run: their sandbox is not installed."),
        )
    if wrapped:
        text = _("They run in a process of their own, without network and files.")
    else:
        text = _(
            "They run in a process of their own. A second wall (bubblewrap) does not work here."
        )
    return Part("sandbox", "ok", text)


def _connections() -> Part | None:
    """Spoken of only where some cannot be opened: their key was lost, or not given at the start."""
    try:
        lost = count_locked()
    except DatabaseError:
        return None
    if not lost:
        return None
    sentence = ngettext(
        "One connection was encrypted with a key that is missing. Add that key to "
        "SEGUE_ENCRYPTION_KEYS, or enter its secret anew.",
        "%(count)d connections were encrypted with a key that is missing. Add that key to "
        "SEGUE_ENCRYPTION_KEYS, or enter their secrets anew.",
        lost,
    )
    return Part("connections", "degraded", sentence % {"count": lost})
