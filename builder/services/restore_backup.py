"""Puts a backup in the place of what is there. Nothing may run on it meanwhile."""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.management import call_command
from django.db import Error as DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from builder.environment import encryption_keys
from builder.services.audit import record
from builder.services.backup_about import FILES, KEYS, About, applied_migrations, read_about
from builder.services.make_backup import Backup, is_filled, make_backup, usual_path
from builder.services.refusals import NotPossibleError
from runtime.models import Worker
from runtime.services.copy_database import read_database
from runtime.services.credentials import count_locked

_COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done. `before`: the backup of what was there; `locked`: connections without key."""

    about: About
    before: Backup | None
    locked: int


def restore_backup(path: Path, *, replace: bool = False) -> Restored:
    """Restore, then bring the data up to this version; raises NotPossibleError.

    What is there is only replaced where that is asked for, and is backed up before.
    """
    about = read_about(path)
    filled = bool(applied_migrations()) and is_filled()
    if filled:
        _refuse_while_working()
        if not replace:
            raise NotPossibleError(
                _("There is data here already. Add --replace to put the backup in its place.")
            )
    before = make_backup(usual_path("before-restore"), with_keys=True) if filled else None
    try:
        with ZipFile(path) as archive:
            read_database(archive, about.migrations)
            for name in archive.namelist():
                _take_out(archive, name)
    except (BadZipFile, EOFError, sqlite3.DatabaseError, DatabaseError) as error:
        raise NotPossibleError(
            _("The backup cannot be restored: it is damaged (%s).") % error
        ) from error
    call_command("migrate", interactive=False, verbosity=0)
    record("backup_restored", details={"made_at": about.made_at})
    return Restored(about, before, count_locked(encryption_keys(Path(settings.DATA_DIR))))


def _refuse_while_working() -> None:
    """Workers elsewhere may be on the same PostgreSQL, whatever holds the data folder here."""
    if Worker.objects.filter(dead=False, lease_until__gt=timezone.now()).exists():
        raise NotPossibleError(
            _("A worker is running on this data. Stop Segue first, wait half a minute, try again.")
        )


def _take_out(archive: ZipFile, name: str) -> None:
    """Put one of the backup's files to its place, whole or not at all."""
    data = Path(settings.DATA_DIR)
    for beginning, folder in ((FILES, data), (KEYS, data / "secrets")):
        if name.startswith(beginning) and not name.endswith("/"):
            _write(folder / name.removeprefix(beginning), archive, name)


def _write(path: Path, archive: ZipFile, name: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.restoring")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as target, archive.open(name) as source:
        while part := source.read(_COPY_BYTES):
            target.write(part)
    aside.replace(path)
